using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Shards;
using OrleansCompute.Grains.Jobs;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Tests.Jobs;

public sealed class ShardGrainChannelTests
{
    private static readonly ShardStepCommand Command = new()
    {
        Step = 7,
        SampleIndices = new[] { 1 },
        GradientBucketLength = 16,
        GradientBucketCount = 3,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StepAsync_WhenTheShardNeverStopsSending_RefusesAfterOneMoreThanThereAre(bool sendsGradients)
    {
        var shard = new SendingShard(int.MaxValue, sendsGradients);
        var received = 0;

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => new ShardGrainChannel(shard, "left").StepAsync(Command, _ => received++, CancellationToken.None));

        Assert.Contains("Step 7 on left sent more than 4 parts", error.Message, StringComparison.Ordinal);
        Assert.Equal((5, sendsGradients ? 4 : 0), (shard.Sent, received));
    }

    [Fact]
    public async Task StepAsync_WhenTheShardSendsAllBucketsAndTheOutcome_TakesThem()
    {
        var received = new List<int>();

        var result = await new ShardGrainChannel(new SendingShard(3, true), "left").StepAsync(
            Command, bucket => received.Add(bucket.Index), CancellationToken.None);

        Assert.Equal([0, 1, 2], received);
        Assert.Equal(1, result.Count);
    }

    [Fact]
    public async Task StepAsync_WhenTheOutcomeIsMissing_Refuses() =>
        await Assert.ThrowsAsync<InvalidDataException>(
            () => new ShardGrainChannel(new SendingShard(0, true, hasOutcome: false), "left").StepAsync(Command, _ => { }, CancellationToken.None));

    private sealed class SendingShard(int parts, bool sendsGradients, bool hasOutcome = true) : IModelShardGrain
    {
        public int Sent { get; private set; }

        public async IAsyncEnumerable<ShardStepPart> StepInBuckets(ShardStep step)
        {
            await Task.Yield();
            for (var i = 0; i < parts; i++)
            {
                Sent++;
                yield return new ShardStepPart { Bucket = i, Gradient = sendsGradients ? new float[16] : null };
            }

            if (hasOutcome)
            {
                yield return new ShardStepPart
                {
                    Outcome = new ShardStepOutcome { GradientSum = [], LossSum = 1, Correct = 1, Count = 1, BusyTime = TimeSpan.Zero, ComputeShareFraction = 1 },
                };
            }
        }

        public Task<int> Load(ShardAssignment assignment) => throw new NotSupportedException();

        public Task<ShardStepOutcome> Step(ShardStep step) => throw new NotSupportedException();

        public Task<double> MeasureAlone(TimeSpan window, int batchSize) => throw new NotSupportedException();

        public Task<ShardReplica> Export() => throw new NotSupportedException();

        public Task Import(ShardReplica replica) => throw new NotSupportedException();

        public Task<double> Evaluate(DatasetVersion dataset) => throw new NotSupportedException();

        public Task<string> ExportOnnx() => throw new NotSupportedException();

        public Task Unload() => throw new NotSupportedException();
    }
}
