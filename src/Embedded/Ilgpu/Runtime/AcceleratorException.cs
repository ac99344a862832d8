namespace ILGPU.Runtime;

/// <summary>A device refused or failed. Nothing here throws it: the type exists so that its name means the same in both builds.</summary>
public abstract class AcceleratorException : Exception
{
    /// <summary>Without a message.</summary>
    protected AcceleratorException()
    {
    }

    /// <summary>With a message.</summary>
    protected AcceleratorException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    protected AcceleratorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The type of the device.</summary>
    public abstract AcceleratorType AcceleratorType { get; }
}
