namespace Orleans;

/// <summary>Stages of a silo or client.</summary>
public static class ServiceLifecycleStage
{
    /// <summary>Before all.</summary>
    public const int First = int.MinValue;

    /// <summary>The runtime is made.</summary>
    public const int RuntimeInitialize = 2_000;

    /// <summary>Runtime services start.</summary>
    public const int RuntimeServices = 4_000;

    /// <summary>Storages start.</summary>
    public const int RuntimeStorageServices = 6_000;

    /// <summary>Grain services start.</summary>
    public const int RuntimeGrainServices = 8_000;

    /// <summary>After the grain services.</summary>
    public const int AfterRuntimeGrainServices = 8_100;

    /// <summary>Application services start.</summary>
    public const int ApplicationServices = 10_000;

    /// <summary>The silo joins the cluster.</summary>
    public const int BecomeActive = Active - 1;

    /// <summary>The silo is active.</summary>
    public const int Active = 20_000;

    /// <summary>After all.</summary>
    public const int Last = int.MaxValue;
}
