using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>A view of one element.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct VariableView<T>
    where T : unmanaged
{
    /// <summary>Bytes of the element.</summary>
    public static readonly int VariableSize = Unsafe.SizeOf<T>();

    /// <summary>The first element of a view.</summary>
    public VariableView(ArrayView<T> baseView)
    {
        BaseView = baseView;
    }

    /// <summary>The view below.</summary>
    public ArrayView<T> BaseView { get; }

    /// <summary>Whether there is memory.</summary>
    public bool IsValid => BaseView.IsValid;

    /// <summary>The element.</summary>
    public ref T Value => ref BaseView[0];

    /// <summary>Writes the element to another place.</summary>
    public void CopyTo(VariableView<T> targetView) => targetView.Value = Value;

    /// <summary>Takes the element from another place.</summary>
    public void CopyFrom(VariableView<T> sourceView) => Value = sourceView.Value;

    /// <inheritdoc/>
    public override string ToString() => BaseView.ToString();
}
