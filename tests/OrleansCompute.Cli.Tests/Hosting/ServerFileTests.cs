using OrleansCompute.Cli.Hosting;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Hosting;

public sealed class ServerFileTests
{
    [Fact]
    public void Find_WhenAServerAnnouncedItself_ReturnsWhereItIs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["server.json"], """{ "address": "http://127.0.0.1:8080/", "mqttPort": 1883, "processId": 77 }""");

        Assert.Equal(new ServerFile(new Uri("http://127.0.0.1:8080/"), 1883, 77), ServerFile.Find(folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"address\": ")]
    [InlineData("[1, 2]")]
    public void Find_WhenTheFileIsDamaged_ReturnsNull(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["server.json"], content);

        Assert.Null(ServerFile.Find(folder.Path));
    }

    [Fact]
    public void Find_WhenTheFolderDoesNotExist_ReturnsNull()
    {
        using var folder = new TemporaryFolder();

        Assert.Null(ServerFile.Find(folder["none"]));
        Assert.Null(ServerFile.FindOperatorKey(folder["none"]));
    }

    [Fact]
    public void FindOperatorKey_WhenTheServerLeftOne_ReturnsItWithoutItsLineEnd()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["keys"]);
        File.WriteAllText(folder["keys/operator.key"], "op_0123\n");

        Assert.Equal("op_0123", ServerFile.FindOperatorKey(folder.Path));
    }
}
