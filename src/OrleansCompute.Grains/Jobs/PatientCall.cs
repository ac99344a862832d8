using OrleansCompute.Contracts;

namespace OrleansCompute.Grains.Jobs;

/// <summary>Calls to grains that nobody waits for and that must arrive all the same.</summary>
internal static class PatientCall
{
    // 0.1 s, 0.2 s and so on up to 5 s: with 64 attempts more than four minutes, in which a failed silo's grains are active elsewhere
    // and a full disk may have been noticed. Bounded, because the whole cluster may be going.
    private const int MaxAttempts = 64;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>Calls until it succeeds, is refused, or all attempts failed. The call must be idempotent: one that timed out may have arrived.</summary>
    /// <param name="call">The call; any failure but a refusal is tried again, also one of a grain's storage.</param>
    /// <param name="clock">For the delays.</param>
    /// <param name="onRetry">Hears of each failure that is followed by another attempt.</param>
    /// <returns>Null where it succeeded; else why it did not.</returns>
    public static async Task<Exception?> RunAsync(Func<Task> call, TimeProvider clock, Action<Exception, int> onRetry)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await call();
                return null;
            }
            catch (Exception exception)
            {
                // A disposed service: this silo is gone, and so is the way to any grain.
                if (exception is FabricRefusedException or FabricNotFoundException or ObjectDisposedException || attempt == MaxAttempts)
                {
                    return exception;
                }

                onRetry(exception, attempt);
            }

            var delay = FirstDelay * attempt;
            await Task.Delay(delay < LongestDelay ? delay : LongestDelay, clock);
        }
    }
}
