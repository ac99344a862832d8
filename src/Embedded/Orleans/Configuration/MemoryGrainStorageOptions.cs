namespace Orleans.Configuration;

/// <summary>A storage in the memory of the embedded cluster.</summary>
public class MemoryGrainStorageOptions
{
    /// <summary>The default of <see cref="NumStorageGrains"/>.</summary>
    public const int NumStorageGrainsDefaultValue = 10;

    /// <summary>The default of <see cref="InitStage"/>.</summary>
    public const int DEFAULT_INIT_STAGE = ServiceLifecycleStage.ApplicationServices;

    /// <summary>Over how many grains official Orleans spreads the records; the embedded engine needs none.</summary>
    public int NumStorageGrains { get; set; } = NumStorageGrainsDefaultValue;

    /// <summary>When the storage starts.</summary>
    public int InitStage { get; set; } = DEFAULT_INIT_STAGE;
}
