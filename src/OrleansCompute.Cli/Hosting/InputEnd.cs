namespace OrleansCompute.Cli.Hosting;

/// <summary>Standard input as a leash: it ends when the program that holds its other end ends, however that happens.</summary>
internal static class InputEnd
{
    /// <summary>Cancels when standard input ends.</summary>
    public static void Cancel(CancellationTokenSource stop)
    {
        // A thread of its own: the read blocks until the end and cannot be cancelled.
        var reader = new Thread(() =>
        {
            var input = Console.OpenStandardInput();
            Span<byte> ignored = stackalloc byte[64];
            while (input.Read(ignored) > 0)
            {
            }

            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The agent has stopped by itself already.
            }
        })
        {
            IsBackground = true,
            Name = "oc input end",
        };
        reader.Start();
    }
}
