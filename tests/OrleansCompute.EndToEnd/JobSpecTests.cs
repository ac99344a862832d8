using OrleansCompute.EndToEnd.Running;

namespace OrleansCompute.EndToEnd;

/// <summary>Bad specs: refused with the field, the value and the range; the server goes on.</summary>
public sealed class JobSpecTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private OcServer Server => fixture.Server;

    [Fact]
    public async Task Submit_WhenTheSpecIsBad_NamesFieldValueAndRange()
    {
        await Server.RunAsync("tenant", "create", "acme");
        var (images, labels) = TinyDataset.Write(fixture.File("data-files"));
        await Server.RunAsync("dataset", "add", "halves", "--images", images, "--labels", labels, "--tenant", "acme");
        var good = TinyDataset.Job("acme", "bad");
        foreach (var (spec, texts) in (IEnumerable<(string Spec, string[] Texts)>)
        [
            (good.Replace("epochs: 5", "epochs: many", StringComparison.Ordinal), ["training.epochs", "many"]),
            (good.Replace("epochs: 5", "epochs: 0", StringComparison.Ordinal), ["training.epochs", "0", "1 to 1000"]),
            (good.Replace("batchSize", "batchSise", StringComparison.Ordinal), ["batchSise"]),
            (good.Replace("dense: { units: 2 }", "dens: { units: 2 }", StringComparison.Ordinal), ["dens", "conv, maxpool, dense"]),
            (good.Replace("name: bad", "name: [1, 2]", StringComparison.Ordinal), ["name"]),
            (good + "\nresources: { minAccelerators: 5000 }", ["resources.minAccelerators", "5000", "1 to 1024"]),
            (good + "\nresources: { minAccelerators: 3, maxAccelerators: 2 }", ["resources.maxAccelerators", "2", "3 to 1024"]),
            (good + "\nresources: { minAccelerators: 3, maxAccelerators: 3 }", ["can never run", "3"]),
            (good + "\nname: twice", ["name"]),
            ("model: [", ["line"]),
            ("", []),
        ])
        {
            await File.WriteAllTextAsync(fixture.File("bad.yaml"), spec);

            var error = await Server.RunRefusedAsync("job", "submit", fixture.File("bad.yaml"), "--tenant", "acme");

            Assert.All(texts, text => Assert.Contains(text, error, StringComparison.Ordinal));
        }

        Assert.Empty((await Server.RunAsync("job", "list", "--tenant", "acme")).EnumerateArray());
    }
}
