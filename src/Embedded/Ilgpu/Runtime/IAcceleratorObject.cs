namespace ILGPU.Runtime;

/// <summary>Something that belongs to an accelerator.</summary>
public interface IAcceleratorObject : IDisposable
{
    /// <summary>The accelerator.</summary>
    Accelerator Accelerator { get; }

    /// <summary>Its make.</summary>
    AcceleratorType AcceleratorType { get; }
}
