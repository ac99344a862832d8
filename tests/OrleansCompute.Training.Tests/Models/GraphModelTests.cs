using OrleansCompute.TestKit;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Training.Accelerators;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Tests.Data;
using OrleansCompute.Training.Tests.Fakes;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Models;

public sealed class GraphModelTests
{
    private static NetworkDefinition Mlp { get; } = new()
    {
        Rows = 4,
        Columns = 4,
        Layers = [new LayerDefinition.Dense(12), new LayerDefinition.Dense(3)],
    };

    [Fact]
    public void ToGraph_OfTheDemoNetwork_HasTheReferenceParameters()
    {
        var padded = NetworkDefinitionTests.FashionNetwork with
        {
            Layers =
            [
                new LayerDefinition.Conv(16, 5, 2), new LayerDefinition.MaxPool(2), new LayerDefinition.Conv(32, 5, 2), new LayerDefinition.MaxPool(2),
                new LayerDefinition.Dense(128), new LayerDefinition.Dense(10),
            ],
        };

        Assert.Equal(NetworkBuilder.CreateReferenceCnn().ParameterCount, padded.ToGraph().ParameterCount);
        Assert.Equal((25 * 16) + 16 + (25 * 16 * 32) + 32 + (512 * 128) + 128 + 1280 + 10, NetworkDefinitionTests.FashionNetwork.ToGraph().ParameterCount);
    }

    [Fact]
    public void ToGraph_OfAnInvalidDefinition_SaysWhy()
    {
        var error = Assert.Throws<InvalidOperationException>(() => (Mlp with { Layers = [new LayerDefinition.Dense(0)] }).ToGraph());
        Assert.Contains("Layer 0 ('dense 0 relu'): Units is 0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public void ToGraph_OfLayersWithAndWithoutRelu_HasARectifierWhereTheLayerSaysSo(bool relu, int rectifiers)
    {
        var network = Mlp with { Layers = [new LayerDefinition.Dense(5, relu), new LayerDefinition.Dense(4, relu), new LayerDefinition.Dense(3)] };

        Assert.Equal(rectifiers, network.ToGraph().Nodes.Count(node => node.Operator.Name == "Relu"));
    }

    [Fact]
    public void Validate_WheneverItFindsNothing_ToGraphSucceedsWithTheSameParameterCount()
    {
        var random = new Random(11);
        var built = 0;
        for (var i = 0; i < 300; i++)
        {
            LayerDefinition[] layers =
            [
                .. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(2) == 0
                    ? (LayerDefinition)new LayerDefinition.Conv(random.Next(1, 5), random.Next(1, 6), random.Next(0, 3))
                    : new LayerDefinition.MaxPool(random.Next(2, 4))),
                new LayerDefinition.Dense(3),
            ];
            var definition = new NetworkDefinition { Rows = random.Next(1, 14), Columns = random.Next(1, 14), Layers = [.. layers] };
            if (definition.Validate().Count == 0)
            {
                Assert.True(definition.ToGraph().ParameterCount > 0, definition.ToString());
                built++;
            }
        }

        Assert.InRange(built, 50, 300);
    }

    [Fact]
    public void Evaluate_WithAnUpdatedModel_UsesTheNewParametersAndAgreesWithTheTrainingLoss()
    {
        var data = TestData.Create(30);
        using var kernels = new ReferenceAccelerator();
        using var model = new GraphModel(Mlp.ToGraph(), kernels, 8);
        var trainer = new ShardTrainer(model, new SgdOptimiser(model.Parameters.Length), data);
        var gradient = new float[trainer.ParameterCount];
        var all = Enumerable.Range(0, 30).ToArray();

        for (var i = 0; i < 3; i++)
        {
            var expected = trainer.Compute(all, gradient).Score;
            var actual = trainer.Evaluate(data);
            Assert.Equal((expected.Correct, expected.Count), (actual.Correct, actual.Count));
            Assert.Equal(expected.LossSum, actual.LossSum, 1e-3);
            trainer.Apply(Array.ConvertAll(gradient, value => value / 30));
        }
    }

    [Fact]
    public async Task RunAsync_WithThreeMlpsOnDifferentKernels_EqualsOne()
    {
        var data = TestData.Create(150);
        var options = new DataParallelOptions { BatchSize = 30, Epochs = 3, RebalanceEverySteps = 2, WarmupSteps = 0 };

        var (single, _, _) = await TrainAsync(data, options, Mlp, SimdLevel.Scalar);
        var (joint, hashes, log) = await TrainAsync(data, options, Mlp, SimdLevel.Scalar, SimdSupport.Best, SimdLevel.Scalar);

        var worst = single.Parameters.Zip(joint.Parameters, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst < 1e-4f, $"parameters differ by {worst}");
        Assert.Single(hashes.Distinct());
        Assert.Equal(15, log.Steps.Count());
        Assert.All(log.Steps, step => Assert.Equal(30, step.Score.Count));
    }

    [Fact]
    public async Task RunAsync_WithTheDemoNetworkOnRealImages_Learns()
    {
        var folder = FashionMnist.Folder();
        var data = ImageDataset.Load(Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"));
        var options = new DataParallelOptions { BatchSize = 64, Epochs = 1 };

        var (_, hashes, log) = await TrainAsync(data.Slice(0, 2560), options, NetworkDefinitionTests.FashionNetwork, SimdSupport.Best, SimdSupport.Best);

        var late = log.Steps.TakeLast(10).Sum(step => step.Score.Correct) / 640.0;
        Assert.True(late > 0.65, $"accuracy over the last ten batches is {late}");
        Assert.Single(hashes.Distinct());
    }

    private static async Task<(ShardState State, string[] Hashes, EventLog Log)> TrainAsync(
        ImageDataset data, DataParallelOptions options, NetworkDefinition network, params SimdLevel[] levels)
    {
        var log = new EventLog();
        var run = new TrainingRunDescription { SampleCount = data.Count, DatasetHash = data.ContentHash, ModelHash = network.Hash };
        var coordinator = new DataParallelCoordinator(run, options, log);
        var workers = levels.Select((level, i) => new Worker($"worker-{i}", level, network, data, i)).ToArray();
        try
        {
            foreach (var worker in workers)
            {
                coordinator.Join(new ShardWorker(worker.Name, new AcceleratorShardChannel(worker.Trainer, worker.Executor)));
            }

            var outcome = await coordinator.RunAsync(null, CancellationToken.None).OrFailAsync("training ended");
            Assert.IsType<TrainingOutcome.Completed>(outcome);
            return (workers[0].Trainer.Export(), [.. workers.Select(worker => worker.Trainer.ParameterHash())], log);
        }
        finally
        {
            Array.ForEach(workers, worker => worker.Dispose());
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly CpuAccelerator _kernels;
        private readonly GraphModel _model;

        public Worker(string name, SimdLevel level, NetworkDefinition network, ImageDataset data, int seed)
        {
            Name = name;
            _kernels = new CpuAccelerator(level);

            // Unequal seeds past the first: the coordinator must hand out the first worker's parameters.
            _model = new GraphModel(network.ToGraph(), _kernels, 32, seed + 1);
            Trainer = new ShardTrainer(_model, new AdamOptimiser(_model.Parameters.Length), data);
            Executor = new AcceleratorExecutor(new AcceleratorExecutorOptions { Name = name });
        }

        public string Name { get; }

        public ShardTrainer Trainer { get; }

        public AcceleratorExecutor Executor { get; }

        public void Dispose()
        {
            Executor.Dispose();
            _model.Dispose();
            _kernels.Dispose();
        }
    }
}
