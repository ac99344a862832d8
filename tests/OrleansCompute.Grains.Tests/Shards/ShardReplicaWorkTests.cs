using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Grains.Shards;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Training.Checkpoints;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Grains.Tests.Shards;

public sealed class ShardReplicaWorkTests : IDisposable
{
    private const int BatchSize = 20;
    private readonly CpuAccelerator _cpu = new();
    private readonly ImageDataset _data = Data();

    public static TheoryData<string, TrainingSpec> Trainings
    {
        get
        {
            var plain = new TrainingSpec { Epochs = 2, BatchSize = BatchSize, LearningRate = 0.01 };
            var data = new TheoryData<string, TrainingSpec>();
            foreach (var name in TrainingSpecValidator.Optimizers)
            {
                data.Add(name, plain with { Optimizer = new() { Name = name } });
                data.Add($"{name}, average, clipping", plain with { Optimizer = new() { Name = name }, Ema = 0.9, ClipNorm = 0.5, ClipValue = 0.1 });
                data.Add($"{name}, float16", plain with { Optimizer = new() { Name = name }, Precision = "float16", Ema = 0.9 });
            }

            data.Add("sgd, nesterov", plain with { Optimizer = new() { Name = "sgd", Nesterov = true, Momentum = 0.5, WeightDecay = 0.01 } });
            data.Add("a scale that overflows", plain with { Precision = "float16", LossScale = 1 << 24 });
            data.Add("bfloat16", plain with { Precision = "bfloat16" });
            foreach (var name in TrainingSpecValidator.Schedules)
            {
                data.Add($"schedule {name}", plain with
                {
                    Schedule = new() { Name = name, Every = name == "step" ? 3 : null, Factor = name is "step" or "exponential" ? 0.5 : null, WarmUpSteps = name == "cosine" ? 3 : null },
                });
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Import_OfAKilledReplica_GoesOnAsIfItHadNeverStopped(string name, TrainingSpec training)
    {
        Assert.Empty(TrainingSpecValidator.Validate(training));
        using var uninterrupted = Create(training);
        using var killed = Create(training);
        using var resumed = Create(training with { Seed = 99 });
        Train(uninterrupted, 0, 12);
        Train(killed, 0, 5);

        // The way of a checkpoint: over the wire, into a file, and back.
        var replica = ShardMapper.ToReplica(killed.Trainer.Export());
        var state = ShardMapper.ToState(replica);
        var checkpoint = CheckpointCodec.Decode(CheckpointCodec.Encode(new Checkpoint
        {
            Epoch = 0,
            StepInEpoch = 5,
            GlobalStep = 5,
            Seed = 1,
            BatchSize = BatchSize,
            SampleCount = _data.Count,
            ModelHash = new string('a', 64),
            DatasetHash = new string('b', 64),
            Parameters = state.Parameters,
            Optimiser = state.Optimiser,
        }));
        resumed.Trainer.Import(new(checkpoint.Parameters, checkpoint.Optimiser));
        Train(resumed, 5, 12);

        Assert.Equal(uninterrupted.Trainer.ParameterHash(), resumed.Trainer.ParameterHash());
        var (expected, actual) = (uninterrupted.Trainer.Export().Optimiser, resumed.Trainer.Export().Optimiser);
        Assert.Equal((expected.Name, expected.StepCount), (actual.Name, actual.StepCount));
        Assert.Equal(expected.Scalars, actual.Scalars);
        Assert.Equal(expected.Slots, actual.Slots);
        Assert.True(name.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void TrainStep_AgainAndAgain_Learns(string name, TrainingSpec training)
    {
        // LARS moves a layer by a thousandth of its weights per step of size 1.
        using var work = Create(training with { LearningRate = training.Optimizer.Name == "lars" ? 10 : 0.01, Schedule = new() });
        var before = work.Evaluate(_data).LossSum;

        Train(work, 0, 60);

        var after = work.Evaluate(_data).LossSum;
        Assert.True(after < 0.8 * before, $"{name}: the loss was {before} and is {after}");
    }

    [Fact]
    public void Evaluate_WithAnAverage_ScoresAndExportsTheAverageAndKeepsTheParameters()
    {
        using var work = Create(new TrainingSpec { Epochs = 1, BatchSize = BatchSize, LearningRate = 0.05, Ema = 0.999 });
        using var without = Create(new TrainingSpec { Epochs = 1, BatchSize = BatchSize, LearningRate = 0.05 });
        Train(work, 0, 10);
        Train(without, 0, 10);
        var hash = work.Trainer.ParameterHash();

        var average = work.Evaluate(_data);

        Assert.Equal(without.Trainer.ParameterHash(), hash);
        Assert.Equal(hash, work.Trainer.ParameterHash());
        Assert.NotEqual(without.Evaluate(_data).LossSum, average.LossSum);
        Assert.NotEqual(without.ExportOnnx(), work.ExportOnnx());
    }

    [Fact]
    public void TrainStep_WhenNumbersAreSearched_NamesTheParameterThatIsNotFinite()
    {
        using var work = Create(new TrainingSpec { Epochs = 1, BatchSize = BatchSize, CheckFinite = true });
        Train(work, 0, 1);
        var state = work.Trainer.Export();
        state.Parameters[3] = float.NaN;
        work.Trainer.Import(state);

        var error = Assert.Throws<NonFiniteException>(() => Train(work, 1, 2));

        Assert.Contains("element 3 is NaN", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _cpu.Dispose();

    private static ImageDataset Data()
    {
        var (images, labels) = SampleData.Make();
        return new ImageDataset(images.AsMemory(16), labels.AsMemory(8), SampleData.Side, SampleData.Side, SampleData.Classes);
    }

    private static void Train(ShardReplicaWork work, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            work.TrainStep(step, BatchSize);
        }
    }

    private ShardReplicaWork Create(TrainingSpec training) =>
        new(JobSamples.Spec("job") with { Training = training }, _data, _cpu, TimeProvider.System);
}
