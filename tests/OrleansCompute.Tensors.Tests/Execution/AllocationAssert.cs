namespace OrleansCompute.Tensors.Tests.Execution;

/// <summary>Asserts that work allocates nothing once it is warm.</summary>
internal static class AllocationAssert
{
    public static void None(Action work)
    {
        work();

        // The least of several runs: the runtime itself allocates now and then on a thread (string literals, generic dictionaries) when
        // code runs the first time after it was compiled again. What the work allocates, it allocates every time.
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
