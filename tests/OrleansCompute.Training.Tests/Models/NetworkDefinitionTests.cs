using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Models;

public sealed class NetworkDefinitionTests
{
    internal static NetworkDefinition FashionNetwork { get; } = new()
    {
        Rows = 28,
        Columns = 28,
        Layers =
        [
            new LayerDefinition.Conv(16, 5), new LayerDefinition.MaxPool(2), new LayerDefinition.Conv(32, 5), new LayerDefinition.MaxPool(2),
            new LayerDefinition.Dense(128), new LayerDefinition.Dense(10),
        ],
    };

    [Fact]
    public void Validate_OfTheDemoNetwork_FindsNothing()
    {
        Assert.Empty(FashionNetwork.Validate());
        Assert.Equal((784, 10), (FashionNetwork.SampleLength, FashionNetwork.ClassCount));
        Assert.Equal("input 1 28 28; conv 16 5 0 relu; max-pool 2; conv 32 5 0 relu; max-pool 2; dense 128 relu; dense 10 relu", FashionNetwork.ToString());
    }

    [Fact]
    public void Validate_WithBadInput_NamesAllValues()
    {
        var errors = (FashionNetwork with { Rows = 0, Columns = 5000, Layers = [] }).Validate();
        Assert.Equal(
            ["Rows is 0; allowed 1 to 4096.", "Columns is 5000; allowed 1 to 4096.", "The number of layers is 0; allowed 1 to 64."], errors);
    }

    public static TheoryData<LayerDefinition[], string> BadLayers => new()
    {
        { [new LayerDefinition.Conv(0, 5), Last], "Layer 0 ('conv 0 5 0 relu'): Filters is 0; allowed 1 to 4096." },
        { [new LayerDefinition.Conv(1, 32), Last], "Layer 0 ('conv 1 32 0 relu'): KernelSize is 32; allowed 1 to 31." },
        { [new LayerDefinition.Conv(1, 29), Last], "Layer 0 ('conv 1 29 0 relu'): KernelSize is 29; allowed 1 to 28." },
        { [new LayerDefinition.Conv(1, 3, 3), Last], "Layer 0 ('conv 1 3 3 relu'): Padding is 3; allowed 0 to 2." },
        { [new LayerDefinition.MaxPool(17), Last], "Layer 0 ('max-pool 17'): Size is 17; allowed 2 to 16." },
        { [new LayerDefinition.MaxPool(14), new LayerDefinition.MaxPool(3), Last], "Layer 1 ('max-pool 3'): Size is 3; allowed 2 to 2." },
        { [new LayerDefinition.MaxPool(16), new LayerDefinition.MaxPool(2), Last], "Layer 1 ('max-pool 2'): Size is 2; the input is too small for this layer." },
        { [new LayerDefinition.Dense(0)], "Layer 0 ('dense 0 relu'): Units is 0; allowed 1 to 65536." },
        { [Last, new LayerDefinition.Conv(4, 3), Last], "Layer 1 is 'conv 4 3 0 relu' behind a dense layer; allowed there: dense." },
        { [new LayerDefinition.Conv(4, 3)], "Layer 0 is 'conv 4 3 0 relu'; the last layer must be dense, with one unit per class." },
        { [new LayerDefinition.Dense(65536), new LayerDefinition.Dense(65536), Last], "Layer 1 ('dense 65536 relu') brings 65536 values per sample and 4346478592 parameters so far" },
        { [null!, Last], "Layer 0 is null; allowed: conv, max-pool, dense." },
    };

    private static LayerDefinition Last => new LayerDefinition.Dense(10);

    [Theory]
    [MemberData(nameof(BadLayers))]
    public void Validate_WithBadLayer_NamesIndexValueAndRange(LayerDefinition[] layers, string expected) =>
        Assert.StartsWith(expected, Assert.Single((FashionNetwork with { Layers = [.. layers] }).Validate()), StringComparison.Ordinal);

    [Fact]
    public void Hash_OfEqualAndDifferentNetworks_TellsThemApart()
    {
        var same = FashionNetwork with { Layers = [.. FashionNetwork.Layers] };
        var other = FashionNetwork with { Layers = FashionNetwork.Layers.SetItem(0, new LayerDefinition.Conv(16, 5, 1)) };

        Assert.Equal((FashionNetwork, FashionNetwork.Hash), (same, same.Hash));
        Assert.NotEqual(FashionNetwork.Hash, other.Hash);
        Assert.NotEqual(FashionNetwork, other);
    }
}
