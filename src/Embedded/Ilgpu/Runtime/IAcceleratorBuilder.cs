namespace ILGPU.Runtime;

/// <summary>Makes accelerators.</summary>
public interface IAcceleratorBuilder
{
    /// <summary>The make.</summary>
    AcceleratorType AcceleratorType { get; }

    /// <summary>Makes an accelerator, which the caller disposes.</summary>
    Accelerator CreateAccelerator(Context context);
}
