using OrleansCompute.Scheduling.Model;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Formats;
using OrleansCompute.Simulations.Pollux;

namespace OrleansCompute.Simulations.Tests.Pollux;

public sealed class PolluxReaderTests
{
    [Theory]
    [InlineData("a,1,small,0,64", "line 2, column num_replicas: '0' is no whole number from 1 to 100000")]
    [InlineData("a,-1,small,1,64", "line 2, column time: '-1'")]
    [InlineData("a,NaN,small,1,64", "line 2, column time: 'NaN'")]
    [InlineData("a,1,../x,1,64", "line 2, column application: '../x'")]
    [InlineData("a,1,small,1,", "line 2, column batch_size: the field is empty")]
    [InlineData("a,1,small,1", "line 2: the line has 4 fields; the header has 5 columns")]
    [InlineData("a,1,small,1,64\nb,2,tiny,1,64", "line 3, column application: 'tiny' has no profile; there are: ")]
    [InlineData("a\0b,1,small,1,64", "line 2: the line has a character that is no text")]
    [InlineData("a,5,small,1,64\nb,4,small,1,64", "line 3, column time: '4' is before 5 of the job before")]
    [InlineData("a,4e8,small,1,64", "line 2, column time: '4e8' is no number from 0 to 315360000")]
    [InlineData("a,1,small,1,31", "line 2, column batch_size: '31' is outside of what 'small' was validated with, 32 to 512")]
    [InlineData("a,1,small,1,64\nb,1,large,1,513", "line 3, column batch_size: '513' is outside of what 'large' was validated with, 32 to 512")]
    [InlineData("a,1,small,1,64\na,2,small,1,64", "line 3, column name: 'a' was used before")]
    public void Read_WhenALineIsWrong_NamesFileLineAndColumn(string lines, string expected)
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", lines.Split('\n'));
        var error = Assert.Throws<TraceFormatException>(() => WorkloadReader.Read(files.Workload, files.Profiles));
        Assert.StartsWith(files.Workload, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenAColumnIsMissing_NamesIt()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas", ["a,1,small,1"]);
        var error = Assert.Throws<TraceFormatException>(() => WorkloadReader.Read(files.Workload));
        Assert.Contains("line 1, column batch_size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenTypesHaveTheirOwnFiles_ReadsEach()
    {
        using var files = new PolluxFiles("fast", "slow");
        var profile = ProfileReader.Read(Path.Combine(files.Profiles, "small"), ["fast", "slow"], ApplicationFacts.Unknown);
        var one = Allocation.Of([new NodeShare(0, 1)]);
        var (fast, slow) = (profile.Types["fast"].Step(one, 32), profile.Types["slow"].Step(one, 32));
        Assert.Equal(0.02 + 0.0001, slow.StepSeconds, 1e-9);
        Assert.Equal(0.005 + 0.0001, fast.StepSeconds, 1e-9);
        Assert.Equal((32, 512, 10), (profile.InitialBatch, profile.MaxBatch, profile.Epochs));
        Assert.Equal(10 * 1032, profile.ProgressAfter(10));
    }

    [Fact]
    public void Read_WhenATypeHasNoFiles_NamesTheTypes()
    {
        using var files = new PolluxFiles("fast");
        var error = Assert.Throws<TraceFormatException>(
            () => ProfileReader.Read(Path.Combine(files.Profiles, "small"), ["T4"], ApplicationFacts.Unknown));
        Assert.Contains("placements-<type>.csv for any of: T4", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("placements-slow.csv", "scalability-slow.csv: placements-slow.csv is missing beside it")]
    [InlineData("scalability-slow.csv", "placements-slow.csv: scalability-slow.csv is missing beside it")]
    public void Read_WhenHalfOfATypesFilesIsMissing_NamesIt(string lost, string expected)
    {
        using var files = new PolluxFiles("fast", "slow");
        File.Delete(Path.Combine(files.Profiles, "small", lost));

        var error = Assert.Throws<TraceFormatException>(() => PolluxWorkload.Read(files.Workload, files.Profiles, ["fast", "slow"], ApplicationFacts.Pollux));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenAnApplicationLacksAType_NotesThatItNeverRunsThere()
    {
        using var files = new PolluxFiles("fast", "slow");
        File.Delete(Path.Combine(files.Profiles, "small", "placements-slow.csv"));
        File.Delete(Path.Combine(files.Profiles, "small", "scalability-slow.csv"));

        var workload = PolluxWorkload.Read(files.Workload, files.Profiles, ["fast", "slow"], ApplicationFacts.Pollux);

        Assert.Equal(["slow: small was not measured there, so that its jobs never run there."], workload.Notes.ToArray());
    }

    [Fact]
    public void Read_WhenFilesNameNoType_NotesThatAllTypesRunAtTheirSpeeds()
    {
        using var files = new PolluxFiles();

        var workload = PolluxWorkload.Read(files.Workload, files.Profiles, ["H100", "T4"], ApplicationFacts.Pollux);

        Assert.Equal(
            ["H100: there is no placements-H100.csv of large, small; their jobs run there at the speeds of placements.csv, whatever type that was measured on (T4 in the published files)."],
            workload.Notes.ToArray());
    }

    [Theory, InlineData("T4"), InlineData("t4")]
    public void Read_WhenFilesNameNoTypeAndTheClusterIsWhatTheyWereMeasuredOn_NotesNothing(string type)
    {
        using var files = new PolluxFiles();

        Assert.Empty(PolluxWorkload.Read(files.Workload, files.Profiles, [type], ApplicationFacts.Pollux).Notes);
    }

    [Fact]
    public void Read_WhenABatchWasNotValidated_RefusesThatJobAndGoesOn()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(
            files.Workload, "name,time,application,num_replicas,batch_size",
            ["a,1,small,1,31", "b,2,small,1,64", "c,9,large,2,513", "d,9,large,2,512", "e,9,small,40,64"]);

        var workload = PolluxWorkload.Read(files.Workload, files.Profiles, ["T4"], ApplicationFacts.Pollux);
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "fifo", ApplicationFacts.Pollux);

        Assert.Equal(["b", "d", "e"], workload.Rows.Select(row => row.Name));
        Assert.Equal(["b", "d"], setup.Jobs.Select(job => job.Id));
        Assert.Equal(
            [
                "workload.csv, line 2, column batch_size: job 'a' is refused: '31' is outside of what 'small' was validated with, 32 to 512 (validation-<batch>.csv).",
                "workload.csv, line 4, column batch_size: job 'c' is refused: '513' is outside of what 'large' was validated with, 32 to 512 (validation-<batch>.csv).",
            ],
            workload.Refused.ToArray());
        Assert.Equal(workload.Refused.Append("e asks for 40 accelerators of one type; the cluster has at most 8 that run it."), setup.Refused);
    }

    [Fact]
    public void Read_WhenNoBatchWasValidated_RefusesAllJobs()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", ["a,1,small,1,31"]);

        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "fifo", ApplicationFacts.Pollux);

        Assert.Equal((0, 1), (setup.Jobs.Length, setup.Refused.Length));
    }

    [Theory]
    [InlineData("a,5,small,1,31\nb,4,small,1,64", "line 3, column time: '4' is before 5 of the job before")]
    [InlineData("a,1,small,1,31\na,2,small,1,64", "line 3, column name: 'a' was used before")]
    [InlineData("a,1,small,0,31", "line 2, column num_replicas: '0'")]
    [InlineData("a,1,small,1,31\nb,2,small,1,x", "line 3, column batch_size: 'x' is no whole number")]
    [InlineData("a,1,small,1,31\nb,2,small,1", "line 3: the line has 4 fields")]
    public void Read_WhenALineIsMalformed_RefusesTheFileThoughJobsMayBeLeftOut(string lines, string expected)
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", lines.Split('\n'));

        var error = Assert.Throws<TraceFormatException>(() => WorkloadReader.Read(files.Workload, files.Profiles, new List<string>()));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfABinaryFile_QuotesNoControlCharacters()
    {
        using var files = new PolluxFiles();
        File.WriteAllText(files.Workload, "\u001b[2J\u0007\0name\u202e" + new string('x', 100_000) + "\n1\n");

        var error = Assert.Throws<TraceFormatException>(() => WorkloadReader.Read(files.Workload));

        Assert.DoesNotContain(error.Message, letter => char.IsControl(letter) || letter == '\u202e');
        Assert.Contains("\\u001b[2J\\u0007", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 100, 1_100);
    }

    [Fact]
    public void Read_WhenATypeIsWrittenInOtherCases_FindsItsFiles()
    {
        using var files = new PolluxFiles("fast", "slow");
        Assert.Equal(["FAST"], ProfileReader.Read(Path.Combine(files.Profiles, "small"), ["FAST"], ApplicationFacts.Unknown).Types.Keys);
    }

    [Fact]
    public void Read_WhenNothingRunsOnAType_NamesThoseThatWereMeasured()
    {
        using var files = new PolluxFiles("fast", "slow");
        var error = Assert.Throws<ArgumentException>(
            () => PolluxWorkload.Read(files.Workload, files.Profiles, ["fast", "A100"], ApplicationFacts.Sia));
        Assert.Contains("The cluster names type 'A100'; no application of the workload was measured on it. Measured are fast, slow.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateJobs_WhenAGangIsLargerThanAnyType_CapsItIfAskedTo()
    {
        using var files = new PolluxFiles("fast", "slow");
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", ["a,10,small,40,512", "b,10,small,2,64"]);
        var workload = PolluxWorkload.Read(files.Workload, files.Profiles, ["fast", "slow"], ApplicationFacts.Sia);
        var cluster = ClusterSpec.Parse("fast:1x4,slow:3x2").ToSnapshot();

        Assert.Equal([40, 2], workload.CreateJobs(cluster, false, ThroughputKnowledge.Measured).Select(job => job.RequestedAccelerators));
        Assert.Equal([6, 2], workload.CreateJobs(cluster, false, ThroughputKnowledge.Measured, capsGangs: true).Select(job => job.RequestedAccelerators));
    }

    [Fact]
    public void Step_OfAPlacementThatWasNotMeasured_LiesBetweenThoseThatWere()
    {
        using var files = new PolluxFiles();
        var type = ProfileReader.Read(Path.Combine(files.Profiles, "large"), ["T4"], ApplicationFacts.Unknown).Types["T4"];

        // Between nodes the law is 0.1 + batch / 320 + 0.02, linear in all three, so that interpolation meets it.
        var spread = Allocation.Of([.. Enumerable.Range(0, 7).Select(node => new NodeShare(node, 3))]);
        Assert.Equal(0.1 + (40 / 320.0) + 0.02, type.Step(spread, 40).StepSeconds, 2e-3);

        // Rotations of a ring are one placement.
        Assert.Equal(type.Step(Allocation.Of([new NodeShare(0, 4), new NodeShare(1, 1)]), 20), type.Step(Allocation.Of([new NodeShare(2, 1), new NodeShare(0, 4)]), 20));
    }
}
