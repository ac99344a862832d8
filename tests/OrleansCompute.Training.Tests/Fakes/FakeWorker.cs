using OrleansCompute.Training.Data;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Fakes;

/// <summary>A real trainer whose reported busy time is that of a machine of a given speed, and which can be told to fail.</summary>
internal sealed class FakeWorker : IShardChannel
{
    private readonly double _samplesPerSecond;

    public FakeWorker(string name, ImageDataset data, double samplesPerSecond, int seed = 1)
    {
        Name = name;
        _samplesPerSecond = samplesPerSecond;
        var model = new SoftmaxModel(data.SampleLength, data.ClassCount, seed: seed);
        Trainer = new ShardTrainer(model, new AdamOptimiser(model.Parameters.Length, new AdamOptions { LearningRate = 0.01f }), data);
    }

    public string Name { get; }

    public ShardTrainer Trainer { get; }

    /// <summary>Every sample whose gradient was returned, in order.</summary>
    public List<int> Used { get; } = [];

    /// <summary>Called before each command; what it throws fails the call. What it returns is awaited first.</summary>
    public Func<ShardStepCommand, CancellationToken, Task>? Before { get; set; }

    public Func<ShardStepResult, ShardStepResult>? Change { get; set; }

    /// <summary>Called with each bucket in place of its receiver; what it throws fails the step in its middle.</summary>
    public Action<GradientBucket, Action<GradientBucket>>? Bucket { get; set; }

    public ShardWorker AsWorker(double? speed = null) => new(Name, this, speed);

    public async Task<ShardStepResult> StepAsync(ShardStepCommand command, Action<GradientBucket> receive, CancellationToken cancellationToken)
    {
        await (Before?.Invoke(command, cancellationToken) ?? Task.CompletedTask);
        var result = Trainer.Execute(command, Bucket is { } change ? bucket => change(bucket, receive) : receive, CancellationToken.None);
        Used.AddRange(command.SampleIndices.ToArray());
        result = result with { BusyTime = TimeSpan.FromSeconds(command.SampleIndices.Length / _samplesPerSecond) };
        return Change?.Invoke(result) ?? result;
    }

    public Task<ShardState> ExportAsync(CancellationToken cancellationToken) => Task.FromResult(Trainer.Export());

    public Task ImportAsync(ShardState state, CancellationToken cancellationToken)
    {
        Trainer.Import(state);
        return Task.CompletedTask;
    }
}
