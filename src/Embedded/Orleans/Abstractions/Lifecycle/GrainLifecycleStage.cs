namespace Orleans.Runtime;

/// <summary>Stages of an activation.</summary>
public static class GrainLifecycleStage
{
    /// <summary>Before all.</summary>
    public const int First = int.MinValue;

    /// <summary>State is read.</summary>
    public const int SetupState = 1_000;

    /// <summary><c>OnActivateAsync</c> runs.</summary>
    public const int Activate = 2_000;

    /// <summary>After all.</summary>
    public const int Last = int.MaxValue;
}
