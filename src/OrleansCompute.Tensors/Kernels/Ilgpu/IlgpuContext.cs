using System.Collections.Concurrent;
using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Values;
using AcceleratorException = OrleansCompute.Tensors.Accelerators.AcceleratorException;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>A device with the kernels that were compiled for it, each once. Thread-safe.</summary>
internal sealed class IlgpuContext(Accelerator device, IlgpuMemory memory)
{
    private readonly ConcurrentDictionary<string, Lazy<object>> _loaded = new(StringComparer.Ordinal);

    private MemoryBuffer1D<int, Stride1D.Dense>? _fault;

    public Accelerator Device => device;

    public IlgpuMemory Memory => memory;

    /// <summary>A compiled kernel.</summary>
    /// <param name="name">Name of it and its types.</param>
    /// <param name="load">Compiles it; called once.</param>
    public T Load<T>(string name, Func<Accelerator, T> load)
        where T : Delegate => (T)_loaded.GetOrAdd(name, _ => new Lazy<object>(() => load(device))).Value;

    /// <summary>A number on the device that kernels set when an index is outside its dimension: they cannot throw there.</summary>
    public ArrayView<int> Fault()
    {
        lock (_loaded)
        {
            if (_fault is null)
            {
                _fault = device.Allocate1D<int>(1);
                _fault.MemSetToZero();
            }

            return _fault.View.BaseView;
        }
    }

    /// <summary>Throws once when a kernel left a mark; the device must be idle.</summary>
    /// <exception cref="AcceleratorException">An index was outside its dimension.</exception>
    public void ThrowFault()
    {
        lock (_loaded)
        {
            if (_fault?.GetAsArray1D()[0] is not (null or 0))
            {
                _fault.MemSetToZero();
                throw new AcceleratorException(
                    $"An index or label on {memory.Place} was outside its dimension; element 0 was taken instead. Check them, or run on the reference accelerator, which names the index.");
            }
        }
    }

    /// <summary>The elements of a contiguous tensor of this device.</summary>
    /// <exception cref="ArgumentException">It is elsewhere.</exception>
    public ArrayView<T> View<T>(Tensor tensor)
        where T : unmanaged => Bytes(tensor).Cast<T>();

    /// <summary>The bytes of a contiguous tensor of this device.</summary>
    /// <exception cref="ArgumentException">It is elsewhere, or it has gaps.</exception>
    public ArrayView<byte> Bytes(Tensor tensor)
    {
        if (tensor.Storage is not IlgpuStorage storage || storage.Owner != memory || !tensor.IsContiguous)
        {
            throw new ArgumentException($"{tensor} is in memory of {tensor.Storage.Place}{(tensor.IsContiguous ? "" : ", with gaps")}; it must be a contiguous tensor of {memory.Place}.", nameof(tensor));
        }

        return storage.View(tensor.Offset * Shapes.ElementTypes.Size(tensor.ElementType), tensor.Type.Bytes);
    }
}
