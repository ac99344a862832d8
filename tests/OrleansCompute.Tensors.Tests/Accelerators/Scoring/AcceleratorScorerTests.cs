using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Accelerators.Scoring;
using OrleansCompute.TestKit;
using OrleansCompute.ToyChip;

namespace OrleansCompute.Tensors.Tests.Accelerators.Scoring;

public sealed class AcceleratorScorerTests
{
    [Fact]
    public void Measure_OfAChipWithFewKernels_LeavesTheOthersOutAndSaysWhy()
    {
        using var toy = new AcceleratorCatalogue([new ToyDriver()]).Open("toy");
        var options = new ScoreOptions { Runs = 1, SampleTime = TimeSpan.FromMilliseconds(1), MeasurementLimit = TimeSpan.FromMilliseconds(100) };

        var card = new AcceleratorScorer(toy, TimeProvider.System, options).Measure("node", "toy", 1);

        Assert.Equal(("node", "toy", "toy"), (card.Node, card.Accelerator, card.KernelLibrary));
        Assert.True(card.Measurements.Single(line => line.Name == "gemm-f32-64").Value > 0);
        Assert.True(card.Measurements.Single(line => line.Name == "copy-to-device").Value > 0);
        Assert.True(card.Measurements.Single(line => line.Name == "all-reduce-2").Value > 0);
        Assert.Contains("no kernel for Conv", card.Measurements.Single(line => line.Name == "conv-forward").LeftOut, StringComparison.Ordinal);
        Assert.Contains("the limit is", card.Measurements.Single(line => line.Name == "gemm-f32-1024").LeftOut, StringComparison.Ordinal);
        Assert.Equal(0, card.TrainingGflops);
        Assert.Equal(card.Measurements.Count, card.Measurements.Select(line => line.Name).Distinct().Count());
    }

    [Fact]
    public void Measure_OfTheProcessor_HasEveryMeasurement()
    {
        using var cpu = new CpuAccelerator();
        var options = new ScoreOptions { Runs = 1, SampleTime = TimeSpan.FromTicks(1) };

        var card = new AcceleratorScorer(cpu, TimeProvider.System, options).Measure("node", "cpu", 1);

        string[] names = [.. card.Measurements.Where(line => line.Value > 0).Select(line => line.Name)];
        string[] wanted =
        [
            "gemm-f32-1024", "gemm-f16-128", "gemm-f16-512", "gemm-f16-1024", "gemm-bf16-512", "gemm-i8-128", "gemm-i8-512", "gemm-i8-1024", "conv-forward",
            "conv-input-gradient", "conv-weight-gradient", "attention", "memory", "launch", "copy-to-device", "copy-to-host", "all-reduce-2",
        ];
        Assert.Equal(wanted, names.Where(wanted.Contains));
        Assert.True(card.TrainingGflops > 0);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("cpu-scalar")]
    [InlineData("ilgpu")]
    public void MeasureTraining_OfAnAcceleratorWithAllKernels_GivesAPositiveRate(string name)
    {
        using var accelerator = AcceleratorCatalogue.CreateDefault().Open(name);
        var options = new ScoreOptions { Runs = 1, SampleTime = TimeSpan.FromMilliseconds(1) };

        Assert.InRange(new AcceleratorScorer(accelerator, TimeProvider.System, options).MeasureTraining(), 0.001, 1e6);
    }

    [Fact]
    public void MeasureTraining_WhenTheClockStandsStill_Ends()
    {
        using var cpu = new CpuAccelerator();

        Assert.Equal(0, new AcceleratorScorer(cpu, new ManualTimeProvider()).MeasureTraining());
    }

    [Fact]
    public void Create_WithRunsOutsideTheirRange_IsRefused()
    {
        using var toy = new AcceleratorCatalogue([new ToyDriver()]).Open("toy");

        Assert.Throws<ArgumentOutOfRangeException>(() => new AcceleratorScorer(toy, TimeProvider.System, new ScoreOptions { Runs = 0 }));
    }
}
