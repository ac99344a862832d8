using OrleansCompute.Edge.Agent.Telemetry;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests.Telemetry;

public sealed class MoteFileTests
{
    private const string Header = "reading,mote_id,indoor,humidity,temperature,label\n";

    [Theory]
    [InlineData(1, 4417)]
    [InlineData(2, 4417)]
    [InlineData(3, 5039)]
    [InlineData(4, 5041)]
    public void Read_WhenRealRecording_GivesEveryReadingOfTheMote(int mote, int count)
    {
        var readings = MoteFile.Read(Repository.SensorCsv, mote);
        Assert.Equal(count, readings.Length);
        Assert.All(readings, reading => Assert.InRange(reading.Temperature, -20, 120));
    }

    [Fact]
    public void Read_WhenRealRecording_KeepsOrderAndColumns() =>
        Assert.Equal(new MoteReading(27.97, 45.93), MoteFile.Read(Repository.SensorCsv, 1)[0]);

    [Theory]
    [InlineData("", "line 1: ''")]
    [InlineData("a,b\n", "line 1: 'a,b'")]
    [InlineData(Header, "no reading of mote 1")]
    [InlineData(Header + "1,2,1,3,4,0\n", "no reading of mote 1")]
    [InlineData(Header + "1,1,1,3,4\n", "line 2: '1,1,1,3,4'")]
    [InlineData(Header + "1,1,1,3,4,0,9\n", "line 2")]
    [InlineData(Header + "1,1,1,3,4,0\n2,1,1,x,4,0\n", "line 3: '2,1,1,x,4,0'")]
    [InlineData(Header + "1,1,1,3,NaN,0\n", "line 2")]
    [InlineData(Header + "1,one,1,3,4,0\n", "line 2")]
    public void Read_WhenMalformed_NamesLineAndValue(string csv, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["m.csv"], csv);
        var message = Assert.Throws<MoteFormatException>(() => MoteFile.Read(folder["m.csv"], 1)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("m.csv", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenGzipIsDamaged_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Repository.SensorCsv);
        bytes.AsSpan(5_000, 2_000).Fill(0xff);
        File.WriteAllBytes(folder["m.csv.gz"], bytes);
        Assert.Throws<MoteFormatException>(() => MoteFile.Read(folder["m.csv.gz"], 1));
    }
}
