using System.IO.Compression;
using System.Text;
using OrleansCompute.Cli.Demo;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Demo;

public sealed class MoteLabelsTests : IDisposable
{
    private const string Header = "reading,mote_id,humidity,temperature,label\n";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_WhenTwoMotesShareTheFile_NumbersTheReadingsOfOne()
    {
        var file = Write(Header + "1,1,40,20,0\n1,2,41,21,1\n2,1,90,30,1\n");

        Assert.Equal([new LabelledReading(1, false), new LabelledReading(2, true)], MoteLabels.Read(file, 1));
        Assert.Equal([new LabelledReading(1, true)], MoteLabels.Read(file, 2));
        Assert.Empty(MoteLabels.Read(file, 3));
    }

    [Fact]
    public void Read_OfTheRealFile_FindsTheIntroducedEventsOfTwoMotes()
    {
        var file = DemoData.Open().MoteReadings;

        var events = DemoData.Motes.Select(mote => MoteLabels.Read(file, mote).Any(reading => reading.IsEvent));

        Assert.Equal([true, false, true], events);
    }

    [Theory]
    [InlineData("1,1,40,20,0\n1,2,41\n", "line 3")]
    [InlineData("1,one,40,20,0\n", "line 2")]
    [InlineData("1,1,40,20,0\n2,1,40,20,maybe\n", "line 3")]
    [InlineData("\n", "line 2")]
    public void Read_WhenALineIsDamaged_NamesFileAndLine(string lines, string line)
    {
        var error = Assert.Throws<CommandException>(() => MoteLabels.Read(Write(Header + lines), 1));

        Assert.Contains("motes.csv.gz", error.Message, StringComparison.Ordinal);
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("reading,mote,label\n")]
    [InlineData("reading,mote_id\n")]
    public void Read_WhenAColumnIsMissing_SaysWhichAreNeeded(string content)
    {
        var error = Assert.Throws<CommandException>(() => MoteLabels.Read(Write(content), 1));

        Assert.Contains("line 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("mote_id and label", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenTheFileIsTruncated_NamesFileAndLine()
    {
        var whole = File.ReadAllBytes(DemoData.Open().MoteReadings.FullName);
        File.WriteAllBytes(folder["motes.csv.gz"], whole[..(whole.Length / 2)]);

        var error = Assert.Throws<CommandException>(() => MoteLabels.Read(new FileInfo(folder["motes.csv.gz"]), 1));

        Assert.Contains("motes.csv.gz, line ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenTheFileIsNoGzip_SaysThatItCannotBeRead()
    {
        File.WriteAllText(folder["motes.csv.gz"], Header);

        var error = Assert.Throws<CommandException>(() => MoteLabels.Read(new FileInfo(folder["motes.csv.gz"]), 1));

        Assert.Contains("motes.csv.gz, line 1 cannot be read", error.Message, StringComparison.Ordinal);
    }

    private FileInfo Write(string text)
    {
        using (var file = new GZipStream(File.Create(folder["motes.csv.gz"]), CompressionMode.Compress))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
        }

        return new FileInfo(folder["motes.csv.gz"]);
    }
}
