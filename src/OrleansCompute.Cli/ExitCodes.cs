namespace OrleansCompute.Cli;

/// <summary>Exit statuses of `oc`.</summary>
internal static class ExitCodes
{
    /// <summary>What was asked for was achieved.</summary>
    public const int Success = 0;

    /// <summary>It was not; the message says why.</summary>
    public const int Failure = 1;

    /// <summary>Stopped by Ctrl-C, as shells count it.</summary>
    public const int Cancelled = 130;
}
