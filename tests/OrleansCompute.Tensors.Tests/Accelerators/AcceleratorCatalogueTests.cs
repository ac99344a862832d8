using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.ToyChip;

namespace OrleansCompute.Tensors.Tests.Accelerators;

public sealed class AcceleratorCatalogueTests
{
    [Fact]
    public void Open_WithEveryNameThatIsListed_OpensThatDevice()
    {
        var catalogue = AcceleratorCatalogue.CreateDefault();
        var names = catalogue.List().Select(entry => entry.Name).ToList();

        Assert.Equal(AcceleratorCatalogue.Best, names[0]);
        Assert.Contains("cpu-scalar", names);
        Assert.Contains("reference", names);
        Assert.Contains("ilgpu", names);
        Assert.All(catalogue.List(), entry =>
        {
            using var accelerator = catalogue.Open(entry.Name, new AcceleratorOptions { MemoryBudgetBytes = 1 << 20 });
            Assert.Equal(entry.Info.IsHostMemory, accelerator.Info.IsHostMemory);
        });
    }

    [Theory]
    [InlineData("toy", true)]
    [InlineData("toy:0", true)]
    [InlineData("toy:1", false)]
    [InlineData("toy:", false)]
    [InlineData("toy:-1", false)]
    [InlineData("toys", false)]
    [InlineData("", false)]
    public void Open_ByName_FindsTheDeviceOrListsThoseThere(string name, bool isThere)
    {
        var catalogue = new AcceleratorCatalogue([new ToyDriver()]);
        if (isThere)
        {
            using var toy = catalogue.Open(name);
            Assert.Equal("toy", toy.Info.Driver);
        }
        else
        {
            Assert.Contains("there are: toy.", Assert.Throws<AcceleratorException>(() => catalogue.Open(name)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Create_WithTwoDriversOfOneName_IsRefused() =>
        Assert.Contains("'toy'", Assert.Throws<ArgumentException>(() => new AcceleratorCatalogue([new ToyDriver(), new ToyDriver()])).Message, StringComparison.Ordinal);
}
