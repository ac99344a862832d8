namespace ILGPU.Runtime;

/// <summary>Makes specialised values.</summary>
public static class SpecializedValue
{
    /// <summary>A value that a GPU kernel is compiled for; on a CPU it is passed like any other.</summary>
    public static SpecializedValue<T> New<T>(T value)
        where T : unmanaged, IEquatable<T> =>
        new(value);
}
