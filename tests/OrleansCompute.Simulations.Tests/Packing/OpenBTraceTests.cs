using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Simulations.Packing;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Tests.Packing;

public sealed class OpenBTraceTests
{
    private const string NodeHeader = "sn,cpu_milli,memory_mib,gpu,model\n";
    private const string TaskHeader = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos\n";

    [Fact]
    public void ReadNodes_WhenWellFormed_ReadsAll() =>
        Assert.Equal(
            [new PackingNode("a", "T4", 96000, 393216, 2), new PackingNode("b", "", 32000, 1024, 0)],
            OpenBTrace.ReadNodes("n.csv", new StringReader(NodeHeader + "a,96000,393216,2,T4\nb,32000,1024,0,\n")).ToArray());

    [Fact]
    public void ReadTasks_WhenWellFormed_ReadsAll() =>
        Assert.Equal(
            [
                new PackingTask("p0", 2, new PackingShape(6000, 12288, 1, 460, "T4|P100")),
                new PackingTask("p1", 3, new PackingShape(8000, 16, 0, 0, "")),
                new PackingTask("p2", 5, new PackingShape(1, 2, 8, 1000, "")),
            ],
            OpenBTrace.ReadTasks("t.csv", new StringReader(
                TaskHeader + "p0,6000,12288,1,460,T4|P100,LS\np1,8000,16,0,0,,BE\n\np2,1,2,8,1000,,BE\n")).ToArray());

    [Theory]
    [InlineData("a,96000,393216,2,", "n.csv, line 2, column model: a machine with 2 accelerators needs their model")]
    [InlineData("a,96000,393216,65,T4", "n.csv, line 2, column gpu: '65' is no whole number from 0 to 64")]
    [InlineData("a,-1,393216,2,T4", "n.csv, line 2, column cpu_milli: '-1'")]
    [InlineData("a,1,1,0,\na,1,1,0,", "n.csv, line 3, column sn: 'a' is there twice")]
    [InlineData("", "n.csv, line 2, column sn: there are no machines")]
    public void ReadNodes_WhenMalformed_NamesFileLineAndColumn(string lines, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<TraceFormatException>(
            () => OpenBTrace.ReadNodes("n.csv", new StringReader(NodeHeader + lines))).Message);

    [Theory]
    [InlineData("p,1,1,2,500,,", "t.csv, line 2, column gpu_milli: num_gpu is 2 with gpu_milli 500; a fraction is of one accelerator")]
    [InlineData("p,1,1,65,1000,,", "t.csv, line 2, column num_gpu: num_gpu is 65; allowed 0 to 64 on one machine")]
    [InlineData("p,1,1,1,0,,", "t.csv, line 2, column gpu_milli: '0' is no whole number from 1 to 1000")]
    [InlineData("p,1,1,1,NaN,,", "t.csv, line 2, column gpu_milli: 'NaN'")]
    [InlineData("p,1,x,1,1000,,", "t.csv, line 2, column memory_mib: 'x'")]
    [InlineData("p,1,1,0,0,,\np,1,1,0,0,,", "t.csv, line 3, column name: 'p' is there twice")]
    public void ReadTasks_WhenMalformed_NamesFileLineAndColumn(string lines, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<TraceFormatException>(
            () => OpenBTrace.ReadTasks("t.csv", new StringReader(TaskHeader + lines))).Message);

    [Fact]
    public void ReadTasks_WhenATaskAsksForWhatCannotBe_RefusesItAndGoesOn()
    {
        var refused = new List<string>();

        var tasks = OpenBTrace.ReadTasks("folder/t.csv", new StringReader(TaskHeader + "p,1,1,2,500,,\nq,1,1,1,500,,\nr,1,1,65,1000,,\n"), refused);

        Assert.Equal(["q"], tasks.Select(task => task.Name));
        Assert.Equal(2, refused.Count);
        Assert.StartsWith("t.csv, line 2, column gpu_milli: task 'p' is refused: num_gpu is 2 with gpu_milli 500; a fraction is of one accelerator", refused[0]);
        Assert.StartsWith("t.csv, line 4, column num_gpu: task 'r' is refused: num_gpu is 65; allowed 0 to 64", refused[1]);
    }

    [Theory]
    [InlineData("p,1,1,2,500,,\nq,1,x,1,500,,", "t.csv, line 3, column memory_mib: 'x'")]
    [InlineData("p,1,1,2,500,,\np,1,1,1,500,,", "t.csv, line 3, column name: 'p' is there twice")]
    public void ReadTasks_WhenALineIsMalformed_RefusesTheFileThoughTasksMayBeLeftOut(string lines, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<TraceFormatException>(
            () => OpenBTrace.ReadTasks("t.csv", new StringReader(TaskHeader + lines), new List<string>())).Message);
}
