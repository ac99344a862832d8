using OrleansCompute.TestKit;
using OrleansCompute.Training.Accelerators;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Tests.Fakes;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Workers;

public sealed class AcceleratorShardChannelTests
{
    [Fact]
    public async Task RunAsync_OverRealThreads_KeepsWorkersEqual()
    {
        var data = TestData.Create(500);
        await using var first = new AcceleratorExecutor(new AcceleratorExecutorOptions { Name = "first" });
        await using var second = new AcceleratorExecutor(new AcceleratorExecutorOptions { Name = "second", ComputeShare = 0.5 });
        var trainers = new[] { Create(1), Create(2) };
        var log = new EventLog();
        var coordinator = new DataParallelCoordinator(
            TestData.Describe(data), new DataParallelOptions { BatchSize = 50, Epochs = 2 }, log);
        coordinator.Join(new ShardWorker("first", new AcceleratorShardChannel(trainers[0], first)));
        coordinator.Join(new ShardWorker("second", new AcceleratorShardChannel(trainers[1], second)));

        var outcome = await coordinator.RunAsync(null, CancellationToken.None).OrFailAsync("two epochs were done");

        Assert.IsType<TrainingOutcome.Completed>(outcome);
        Assert.Equal(20, log.Steps.Count());
        Assert.Equal(trainers[0].ParameterHash(), trainers[1].ParameterHash());
        Assert.All(log.Events.OfType<TrainingEvent.EpochCompleted>(), epoch => Assert.Equal(500, epoch.Score.Count));

        ShardTrainer Create(int seed)
        {
            var model = new SoftmaxModel(data.SampleLength, data.ClassCount, 64, seed);
            return new ShardTrainer(model, new AdamOptimiser(model.Parameters.Length), data);
        }
    }
}
