using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.TestKit;
using OrleansCompute.ToyChip;

namespace OrleansCompute.Tensors.Tests.Accelerators;

public sealed class DriverLibraryTests
{
    [Fact]
    public void Load_WithAnAssemblyOfDrivers_MakesThoseWhoseDevicesOpen()
    {
        var driver = Assert.Single(DriverLibrary.Load(typeof(ToyDriver).Assembly.Location));

        using var toy = new AcceleratorCatalogue([driver]).Open("toy");
        Assert.Equal("Toy 1", toy.Info.Name);
    }

    [Fact]
    public void Load_WithAFileThatHoldsNone_SaysWhichAndWhatItNeeds()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.dll"], "no assembly");

        AssertRefused(folder["none.dll"], "does not exist");
        AssertRefused(folder["text.dll"], "cannot be loaded");
        AssertRefused(typeof(TemporaryFolder).Assembly.Location, "IAcceleratorDriver");
        Assert.Throws<ArgumentException>(() => DriverLibrary.Load(" "));
    }

    [Fact]
    public void Load_WithADamagedListOfReferencesBesideIt_SaysWhich()
    {
        using var folder = new TemporaryFolder();
        File.Copy(typeof(ToyDriver).Assembly.Location, folder["toy.dll"]);
        File.WriteAllText(folder["toy.deps.json"], "{ damaged");

        AssertRefused(folder["toy.dll"], "cannot be loaded");
    }

    private static void AssertRefused(string file, string expected)
    {
        var error = Assert.Throws<AcceleratorException>(() => DriverLibrary.Load(file)).Message;
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
