using OrleansCompute.Cli.Bench;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Cli.Tests.Bench;

/// <summary>Memory is counted for the whole process, so nothing else may run.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class TrainingLoopTests
{
    [Theory]
    [InlineData("mlp", 64, 1)]
    [InlineData("mlp", 64, 2)]
    [InlineData("cnn", 16, 1)]
    [InlineData("cnn", 16, 2)]
    [InlineData("transformer", 4, 1)]
    [InlineData("transformer", 4, 2)]
    public void Step_InTheSteadyState_AllocatesNothingOnAnyThread(string name, int batch, int threads)
    {
        var model = BenchModel.All.Single(model => model.Name == name);
        using var accelerator = new CpuAccelerator(SimdSupport.Best, threads);
        using var loop = new TrainingLoop(model.CreateGraph(), accelerator, batch);
        var labels = new int[batch * loop.Plan.LabelsPerSample];
        var (images, tokens) = (new float[batch * loop.Plan.SampleLength], new int[batch * loop.Plan.SampleLength]);
        long Step()
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            _ = model.IsText ? loop.Step<int>(tokens, labels) : loop.Step<float>(images, labels);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Step();
        Step();

        // The test runner's own threads allocate now and then: one of ten steps, forward, backward and update, is theirs by chance only.
        Assert.Contains(0, Enumerable.Range(0, 10).Select(_ => Step()).ToArray());
    }
}
