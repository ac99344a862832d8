using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests;

public sealed class OcCommandTests
{
    // Port 9 (discard) has no listener on a machine of today; nothing here gets as far as to need one.
    private const string NoServer = "http://127.0.0.1:9";

    [Theory]
    [InlineData("frob", "frob")]
    [InlineData("job frob", "frob")]
    [InlineData("smi --frob", "--frob")]
    [InlineData("up --http-port eighty", "eighty")]
    [InlineData("demo surplus", "surplus")]
    [InlineData("tenant create", "create")]
    [InlineData("job show", "show")]
    [InlineData("device show", "show")]
    [InlineData("agent", "--config")]
    [InlineData("rollout start first", "--model")]
    [InlineData("dataset add d --images i", "--labels")]
    public async Task RunAsync_WhenTheLineIsWrong_NamesWhatIsAndRunsNothing(string line, string named)
    {
        var run = await OcRun.ExecuteAsync(line.Split(' '));

        Assert.Equal(ExitCodes.Failure, run.Status);
        Assert.Contains(named, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("up --node Bad", "--node is 'Bad'; allowed: NAME or NAME=SHARE")]
    [InlineData("up --node a=0", "--node is 'a=0'")]
    [InlineData("up --node a=1.5", "--node is 'a=1.5'")]
    [InlineData("up --node a=b=c", "--node is 'a=b=c'")]
    [InlineData("job set acme/j --server http://127.0.0.1:9", "give --budget X, --no-budget or --priority N")]
    [InlineData("job set acme/j --budget 2 --no-budget --server http://127.0.0.1:9", "--budget is 2 and --no-budget is given; allowed: one of them")]
    [InlineData("pool what-if --no-budget --server http://127.0.0.1:9", "name it with --job TENANT/JOB")]
    [InlineData("tenant set a --lending-limit 99999999999", "--lending-limit is '99999999999'; allowed: whole numbers from -2147483648 to 2147483647")]
    [InlineData("tenant set a --weight much", "--weight is 'much'; allowed: numbers, such as 1.5")]
    [InlineData("job set acme/j --budget lots", "--budget is 'lots'; allowed: numbers, such as 1.5")]
    [InlineData("sim cluster --format pollux --workload w --cluster T4:1x1 --seed 1.5", "--seed is '1.5'; allowed: whole numbers")]
    [InlineData("sim cluster --format pollux --workload w --cluster T4:1x1 --knowledge none", "--knowledge is 'none'; allowed: ")]
    [InlineData("pool what-if --min 2 --server http://127.0.0.1:9", "name it with --job TENANT/JOB")]
    [InlineData("pool what-if --job lonely --min 2 --server http://127.0.0.1:9", "--job is 'lonely'; allowed: TENANT/JOB")]
    [InlineData("pool what-if --quota acme --server http://127.0.0.1:9", "--quota is 'acme'; allowed: TENANT=N or TENANT:KIND=N")]
    [InlineData("pool what-if --add-nodes k=1xx --server http://127.0.0.1:9", "--add-nodes is 'k=1xx'")]
    [InlineData("tenant create acme --quota k --server http://127.0.0.1:9", "--quota is 'k'; allowed: KIND=N")]
    public async Task RunAsync_WhenAnOptionIsUnsound_SaysWhatIsAllowed(string line, string expected) =>
        (await OcRun.ExecuteAsync(line.Split(' '))).AssertRefused(expected);

    [Fact]
    public async Task RunAsync_WhenHelpIsAskedFor_ListsEveryCommand()
    {
        var run = await OcRun.ExecuteAsync("--help");

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.All(
            (string[])["demo", "up", "agent", "job", "smi", "model", "bench", "rollout", "device", "dataset", "tenant", "usage", "pool", "node", "sim"],
            name => Assert.Contains($"  {name} ", run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Submit_WhenTheSpecDoesNotExist_NamesTheFile()
    {
        using var folder = new TemporaryFolder();

        var run = await OcRun.ExecuteAsync("job", "submit", folder["none.yaml"], "--server", NoServer);

        run.AssertRefused("FILE is", folder["none.yaml"], "does not exist");
    }

    [Fact]
    public async Task Submit_WhenTheSpecIsTooLarge_NamesSizeAndLimit()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["disk.img"], new byte[(256 * 1024) + 1]);

        var run = await OcRun.ExecuteAsync("job", "submit", folder["disk.img"], "--server", NoServer);

        run.AssertRefused(folder["disk.img"], "262145 bytes", "up to 262144");
    }

    [Theory]
    [InlineData("dataset", "add", "d", "--images", "none.gz", "--labels", "none.gz", "--tenant", "acme")]
    public async Task Add_WhenADataFileDoesNotExist_NamesIt(params string[] arguments)
    {
        var run = await OcRun.ExecuteAsync([.. arguments, "--server", NoServer]);

        run.AssertRefused("none.gz", "cannot be read");
    }

    [Fact]
    public async Task Run_WhenTheFolderOfJsonIsMissing_RefusesBeforeAnyWork()
    {
        using var folder = new TemporaryFolder();

        foreach (var command in (string[][])[["smi"], ["up", "--data", folder["data"]], ["demo", "--data", folder["data"]]])
        {
            var run = await OcRun.ExecuteAsync([.. command, "--json", folder["missing/result.json"]]);

            run.AssertRefused("--json is", folder["missing/result.json"], "does not exist");
        }

        Assert.False(Directory.Exists(folder["data"]));
    }

    [Fact]
    public async Task Run_WhenJsonIsAFolder_RefusesBeforeAnyWork()
    {
        using var folder = new TemporaryFolder();

        (await OcRun.ExecuteAsync("demo", "--json", folder.Path)).AssertRefused("--json is", folder.Path, "is a folder");
    }

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("not an address")]
    public async Task Run_WhenServerIsMalformed_NamesValueAndForm(string server)
    {
        (await OcRun.ExecuteAsync("smi", "--server", server)).AssertRefused("--server is", $"'{server}'", "http or https");
    }

    [Fact]
    public async Task Run_WhenNoServerRunsOnTheFolder_SaysHowToStartOne()
    {
        using var folder = new TemporaryFolder();

        (await OcRun.ExecuteAsync("job", "list", "--data", folder.Path)).AssertRefused(folder.Path, "`oc up`", "--server");
    }

    [Fact]
    public async Task Run_WhenNobodyAnswersAtTheAddress_SaysHowToStartOne()
    {
        (await OcRun.ExecuteAsync("smi", "--server", NoServer)).AssertRefused(NoServer, "oc up");
    }

    [Theory]
    [InlineData("--http-port", "70000")]
    [InlineData("--http-port", "-1")]
    [InlineData("--mqtt-port", "65536")]
    public async Task Up_WhenAPortIsOutOfRange_NamesOptionValueAndRange(string option, string value)
    {
        using var folder = new TemporaryFolder();

        (await OcRun.ExecuteAsync("up", "--data", folder["data"], option, value))
            .AssertRefused($"{option[2..]} is {value}", "0 to 65535");
    }

    [Fact]
    public async Task Demo_WhenTheDataFolderHoldsSomething_RefusesAndLeavesIt()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["thesis.txt"], "mine");

        (await OcRun.ExecuteAsync("demo", "--data", folder.Path)).AssertRefused("--data is", folder.Path, "not empty");
        Assert.Equal([folder["thesis.txt"]], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Demo_WhenTheDataFolderIsAFile_SaysThatItCannotBeUsed()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "mine");

        (await OcRun.ExecuteAsync("demo", "--data", folder["file"])).AssertRefused("--data is", folder["file"], "cannot be used");
    }

    [Fact]
    public async Task Agent_WhenTheSettingsDoNotExist_NamesTheFile()
    {
        using var folder = new TemporaryFolder();

        (await OcRun.ExecuteAsync("agent", "--config", folder["none.json"])).AssertRefused(folder["none.json"]);
    }

    [Theory]
    [InlineData("{ \"prot\": 1883 }", "prot")]
    [InlineData("{ \"port\": \"many\" }", "port")]
    [InlineData("{ \"port\": 18", "line 1")]
    [InlineData("null", "null")]
    public async Task Agent_WhenTheSettingsAreDamaged_NamesThePlace(string json, string named)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["agent.json"], json);

        (await OcRun.ExecuteAsync("agent", "--config", folder["agent.json"])).AssertRefused(folder["agent.json"], named);
    }
}
