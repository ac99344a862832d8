using System.Text;
using OrleansCompute.Simulations.Formats;
using OrleansCompute.Simulations.Gavel;

namespace OrleansCompute.Simulations.Tests.Gavel;

public sealed class GavelThroughputsTests
{
    [Fact]
    public void Parse_WhenWellFormed_KeepsWhatJobsDoAlone()
    {
        var throughputs = Parse("""
            {"v100": {"('LM (batch size 5)', 2)": {"null": 12.5, "('A3C', 2)": [1, 2]}, "('A3C', 1)": {"null": 3}},
             "k80": {"('A3C', 1)": {"('LM (batch size 5)', 1)": [0.5, 0.1], "null": 0}}}
            """);

        Assert.Equal(["k80", "v100"], throughputs.Types.ToArray());
        Assert.Equal(12.5, throughputs.StepsPerSecond("v100", "LM (batch size 5)", 2));
        Assert.Equal(0, throughputs.StepsPerSecond("v100", "LM (batch size 5)", 1));
        Assert.Equal(0, throughputs.StepsPerSecond("k80", "A3C", 1));
    }

    [Fact]
    public void Parse_WhenPairsWereMeasured_KeepsWhatEachDoesBesideTheOther()
    {
        var throughputs = Parse("""
            {"v100": {"('A', 1)": {"null": 3, "('B', 1)": [2, 5], "('C', 1)": [0.0, 0.0], "('B', 2)": [1, 1]},
                      "('B', 1)": {"null": 6, "('A', 1)": [5, 2]}}}
            """);

        Assert.Equal(2, throughputs.StepsPerSecondBeside("v100", "A", 1, "B"));
        Assert.Equal(5, throughputs.StepsPerSecondBeside("v100", "B", 1, "A"));
        Assert.Equal(0, throughputs.StepsPerSecondBeside("v100", "A", 1, "C"));
        Assert.Equal(0, throughputs.StepsPerSecondBeside("v100", "A", 2, "B"));
        Assert.Equal(0, throughputs.StepsPerSecondBeside("k80", "A", 1, "B"));
    }

    [Theory]
    [InlineData("", "f, line 1, column 1: this is no JSON")]
    [InlineData("{\n \"v100\": [}", "f, line 2, column 10: here is StartArray; needed an object of jobs")]
    [InlineData("{\n \"v100\": {\"('A', 1)\": {\"null\": \"x\"}}}", "f, line 2, column 32: here is String; needed steps a second")]
    [InlineData("{\n \"v100\": {\"('A', 1)\": {\"null\": -1}}}", "f, line 2, column 32: -1 steps a second; allowed 0 to 1e12")]
    [InlineData("{\n \"v100\": {\"A\": {\"null\": 1}}}", "f, line 2, column 11: 'A' names no job; it must read ('job type', scale)")]
    [InlineData("{\n \"v100\": {\"('A', 0)\": {\"null\": 1}}}", "f, line 2, column 11: '('A', 0)' names no job")]
    [InlineData("{\"v100\": {\"('A', 1)\": {\"null\": 1}", "f, line 1, column ")]
    [InlineData("{\"v100\": {\"('A', 1)\": {\"B\": [1, 2]}}}", "f, line 1, column 24: 'B' names no job")]
    [InlineData("{\"v100\": {\"('A', 1)\": {\"('B', 1)\": 1}}}", "f, line 1, column 36: here is Number; needed steps a second of both")]
    [InlineData("{\"v100\": {\"('A', 1)\": {\"('B', 1)\": [1]}}}", "f, line 1, column 38: here is EndArray; needed steps a second")]
    [InlineData("{\"v100\": {\"('A', 1)\": {\"('B', 1)\": [1, -2]}}}", "f, line 1, column 40: -2 steps a second; allowed 0 to 1e12")]
    [InlineData("{\"v100\": {\"('A', 1)\": {\"('B', 1)\": [1, 2, 3]}}}", "f, line 1, column 43: here is Number; needed the end of two numbers")]
    [InlineData("{}", "f, line 1: there is no job's throughput")]
    public void Parse_WhenMalformed_NamesFileLineAndColumn(string json, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<TraceFormatException>(() => Parse(json)).Message);

    private static GavelThroughputs Parse(string json) => GavelThroughputs.Parse("f", Encoding.UTF8.GetBytes(json));
}
