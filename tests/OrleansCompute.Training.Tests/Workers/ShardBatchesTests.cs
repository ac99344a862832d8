using OrleansCompute.Training.Data;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Workers;

public sealed class ShardBatchesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly int[] First = [1, 2], Second = [3];

    [Fact]
    public async Task LoadAhead_WhileABatchIsHeld_LoadsTheNextIntoTheOtherBuffer()
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var loads = 0;
        var batches = new ShardBatches(2, 1, (batch, indices) =>
        {
            Fill(batch, indices);
            if (Interlocked.Increment(ref loads) == 2)
            {
                second.SetResult();
            }
        });

        var held = batches.Take(First);
        batches.LoadAhead(Second);
        await second.Task.WaitAsync(Patience);

        Assert.Equal([1f, 2f], held.Inputs.ToArray());
        Assert.Equal([3f], batches.Take(Second).Inputs.ToArray());
        Assert.Equal(2, loads);
    }

    [Fact]
    public void Take_WhenTheGuessWasWrong_LoadsWhatIsAskedFor()
    {
        var batches = new ShardBatches(2, 1, Fill);
        batches.Take(First);
        batches.LoadAhead(Second);

        Assert.Equal([1f, 2f], batches.Take(First).Inputs.ToArray());
        Assert.Equal([3f], batches.Take(Second).Inputs.ToArray());
    }

    [Fact]
    public void Take_WhenLoadingAheadFailed_ThrowsOnlyIfTheSamplesAreWanted()
    {
        var batches = new ShardBatches(2, 1, (batch, indices) =>
        {
            Fill(batch, indices);
            if (indices.Span[0] == 3)
            {
                throw new InvalidDataException("sample 3 is damaged");
            }
        });

        batches.LoadAhead(Second);
        Assert.Equal(2, batches.Take(First).Count);
        batches.LoadAhead(Second);
        Assert.Throws<InvalidDataException>(() => batches.Take(Second));
        Assert.Equal(2, batches.Take(First).Count);
    }

    private static void Fill(SampleBatch batch, ReadOnlyMemory<int> indices)
    {
        batch.Resize(indices.Length);
        for (var i = 0; i < indices.Length; i++)
        {
            batch.Inputs.Span[i] = indices.Span[i];
        }
    }
}
