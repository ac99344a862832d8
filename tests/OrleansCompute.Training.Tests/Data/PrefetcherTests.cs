using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Training.Tests.Data;

public sealed class PrefetcherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Next_WhileABatchIsComputedWith_TheNextIsLoaded()
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var loader = new Prefetcher<int[]>(Buffers(2), 3, (i, batch, _) =>
        {
            batch[0] = (int)i;
            if (i == 1)
            {
                second.SetResult();
            }
        });

        var first = loader.Next()!;

        // The first is still in the consumer's hands: without overlap this would never come.
        await second.Task.WaitAsync(Patience);
        Assert.Equal(0, first[0]);
    }

    [Fact]
    public void Next_WhateverTheNumbers_GivesAllBatchesInOrderFromBoundedBuffers() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(50),
        Prop.ForAll(Gen.Choose(2, 5).Zip(Gen.Choose(0, 40)).ToArbitrary(), drawn =>
        {
            var (capacity, count) = drawn;
            long taken = 0;
            using var loader = new Prefetcher<int[]>(Buffers(capacity), count, (i, batch, _) =>
            {
                Assert.True(i < Interlocked.Read(ref taken) + capacity, $"batch {i} is loaded with {taken} taken and {capacity} buffers");
                batch[0] = (int)i;
            });
            var seen = new List<int>();
            for (; ;)
            {
                Interlocked.Increment(ref taken);
                if (loader.Next() is not { } batch)
                {
                    break;
                }

                seen.Add(batch[0]);
            }

            Assert.Equal(Enumerable.Range(0, count), seen);
            Assert.Null(loader.Next());
        }));

    [Fact]
    public void Next_WhenLoadingFails_ThrowsInThePlaceOfTheBatchAgainAndAgain()
    {
        using var loader = new Prefetcher<int[]>(Buffers(4), 10, (i, _, _) =>
        {
            if (i == 2)
            {
                throw new InvalidDataException("batch 2 is damaged");
            }
        });

        Assert.NotNull(loader.Next());
        Assert.NotNull(loader.Next());
        Assert.Equal("batch 2 is damaged", Assert.Throws<InvalidDataException>(() => loader.Next()).Message);
        Assert.Equal("batch 2 is damaged", Assert.Throws<InvalidDataException>(() => loader.Next()).Message);
    }

    [Fact]
    public async Task Next_WhenCancelledWhileItWaits_EndsAtOnce()
    {
        using var source = new CancellationTokenSource();
        using var began = new ManualResetEventSlim();
        using var loader = new Prefetcher<int[]>(Buffers(2), 3, (_, _, token) =>
        {
            began.Set();
            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
        }, source.Token);
        var waiting = Task.Run(loader.Next);
        Assert.True(began.Wait(Patience));

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
    }

    [Fact]
    public void Dispose_WhileBatchesAreLoaded_EndsTheLoading()
    {
        var loaded = 0;
        using (var loader = new Prefetcher<int[]>(Buffers(2), long.MaxValue, (_, _, _) => Interlocked.Increment(ref loaded)))
        {
            loader.Next();
        }

        var count = Volatile.Read(ref loaded);
        Assert.InRange(count, 1, 3);
    }

    [Fact]
    public void Constructor_WithOneBuffer_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Prefetcher<int[]>(Buffers(1), 3, (_, _, _) => { }));

    private static int[][] Buffers(int count) => [.. Enumerable.Range(0, count).Select(_ => new int[1])];
}
