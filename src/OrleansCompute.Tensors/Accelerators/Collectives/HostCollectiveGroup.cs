using System.Numerics;
using System.Runtime.InteropServices;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace OrleansCompute.Tensors.Accelerators.Collectives;

/// <summary>
/// Collective operations through host memory. Sums are those of a binary tree over the members' numbers, block by block, so that a block
/// of every member is in the second-level cache when it is added. Tensors of devices are copied to the host and back.
/// </summary>
internal sealed class HostCollectiveGroup : ICollectiveGroup
{
    /// <summary>Elements of a block: two members' and the sum's take 96 KB of float32.</summary>
    private const int Block = 8192;

    private readonly IAccelerator[] _members;
    private readonly HostMemory _memory = new();

    public HostCollectiveGroup(IReadOnlyList<IAccelerator> members)
    {
        _members = [.. members];
    }

    public int Size => _members.Length;

    public void AllReduce(IReadOnlyList<Tensor> tensors, CollectiveReduction reduction)
    {
        Check(tensors, nameof(tensors), null);
        RequireReducible(tensors[0], reduction);
        using var staged = new Staging(this, tensors, reads: true);
        Reduce(staged.Host, reduction, 0, tensors[0].Shape.Elements, staged.Host, isScattered: false);
        staged.WriteBack();
    }

    public void Broadcast(IReadOnlyList<Tensor> tensors, int root)
    {
        Check(tensors, nameof(tensors), null);
        if ((uint)root >= (uint)Size)
        {
            throw new ArgumentOutOfRangeException(nameof(root), root, $"The root is member {root}; allowed 0 to {Size - 1}.");
        }

        using var source = new Staging(this, [tensors[root]], reads: true, firstMember: root);
        for (var i = 0; i < Size; i++)
        {
            if (i != root)
            {
                _members[i].CopyToDevice(source.Host[0], tensors[i]);
            }
        }
    }

    public void AllGather(IReadOnlyList<Tensor> parts, IReadOnlyList<Tensor> wholes)
    {
        Check(parts, nameof(parts), null);
        Check(wholes, nameof(wholes), parts[0]);
        using var from = new Staging(this, parts, reads: true);
        using var to = new Staging(this, wholes, reads: false);
        var bytes = (int)parts[0].Type.Bytes;
        for (var member = 0; member < Size; member++)
        {
            for (var part = 0; part < Size; part++)
            {
                from.Host[part].AsBytes().CopyTo(to.Host[member].AsBytes().Slice(part * bytes, bytes));
            }
        }

        to.WriteBack();
    }

    public void ReduceScatter(IReadOnlyList<Tensor> wholes, IReadOnlyList<Tensor> parts, CollectiveReduction reduction)
    {
        Check(parts, nameof(parts), null);
        Check(wholes, nameof(wholes), parts[0]);
        RequireReducible(wholes[0], reduction);
        using var from = new Staging(this, wholes, reads: true);
        using var to = new Staging(this, parts, reads: false);
        var count = parts[0].Shape.Elements;
        for (var part = 0; part < Size; part++)
        {
            Reduce(from.Host, reduction, part * count, count, [to.Host[part]], isScattered: true);
        }

        to.WriteBack();
    }

    public void Dispose() => _memory.Dispose();

    private static void Reduce(Tensor[] from, CollectiveReduction reduction, int start, int count, Tensor[] to, bool isScattered)
    {
        switch (from[0].ElementType)
        {
            case ElementType.Float32: Reduce<float, float>(from, reduction, start, count, to, isScattered, null, null); break;
            case ElementType.Float64: Reduce<double, double>(from, reduction, start, count, to, isScattered, null, null); break;
            case ElementType.Int32: Reduce<int, int>(from, reduction, start, count, to, isScattered, null, null); break;
            case ElementType.Int64: Reduce<long, long>(from, reduction, start, count, to, isScattered, null, null); break;
            case ElementType.Float16: Reduce<Half, float>(from, reduction, start, count, to, isScattered, value => (float)value, value => (Half)value); break;
            default: Reduce<BFloat16, float>(from, reduction, start, count, to, isScattered, value => value.ToSingle(), BFloat16.FromSingle); break;
        }
    }

    private static void Reduce<T, TSum>(
        Tensor[] from, CollectiveReduction reduction, int start, int count, Tensor[] to, bool isScattered, Func<T, TSum>? read, Func<TSum, T>? write)
        where T : unmanaged
        where TSum : unmanaged, INumber<TSum>
    {
        // A tree of n leaves is never deeper than this many levels, each with a sum of its own.
        var levels = BitOperations.Log2((uint)from.Length) + 2;
        var scratch = new TSum[levels * Block];
        for (var done = 0; done < count; done += Block)
        {
            var length = Math.Min(Block, count - done);
            Sum(from, 0, from.Length, start + done, length, scratch, 0, read);
            var sum = scratch.AsSpan(0, length);
            if (reduction == CollectiveReduction.Mean)
            {
                TensorPrimitives.Divide(sum, TSum.CreateChecked(from.Length), sum);
            }

            foreach (var target in to)
            {
                Write(sum, target.AsSpan<T>().Slice(isScattered ? done : start + done, length), write);
            }
        }
    }

    /// <summary>Sum of members first to before last, in a level's scratch: left half plus right half.</summary>
    private static void Sum<T, TSum>(Tensor[] from, int first, int last, int start, int length, TSum[] scratch, int level, Func<T, TSum>? read)
        where T : unmanaged
        where TSum : unmanaged, INumber<TSum>
    {
        var sum = scratch.AsSpan(level * Block, length);
        if (last - first == 1)
        {
            Read(from[first].AsSpan<T>().Slice(start, length), sum, read);
            return;
        }

        var middle = first + ((last - first + 1) / 2);
        Sum(from, first, middle, start, length, scratch, level, read);
        Sum(from, middle, last, start, length, scratch, level + 1, read);
        TensorPrimitives.Add(sum, scratch.AsSpan((level + 1) * Block, length), sum);
    }

    private static void Read<T, TSum>(ReadOnlySpan<T> from, Span<TSum> to, Func<T, TSum>? read)
        where T : unmanaged
        where TSum : unmanaged
    {
        if (read is null)
        {
            MemoryMarshal.Cast<T, TSum>(from).CopyTo(to);
            return;
        }

        for (var i = 0; i < from.Length; i++)
        {
            to[i] = read(from[i]);
        }
    }

    private static void Write<T, TSum>(ReadOnlySpan<TSum> from, Span<T> to, Func<TSum, T>? write)
        where T : unmanaged
        where TSum : unmanaged
    {
        if (write is null)
        {
            MemoryMarshal.Cast<TSum, T>(from).CopyTo(to);
            return;
        }

        for (var i = 0; i < from.Length; i++)
        {
            to[i] = write(from[i]);
        }
    }

    private static void RequireReducible(Tensor tensor, CollectiveReduction reduction)
    {
        var type = tensor.ElementType;
        if (!type.IsFloatingPoint() && (reduction == CollectiveReduction.Mean || type is not (ElementType.Int32 or ElementType.Int64)))
        {
            throw new ShapeMismatchException(
                $"A {reduction} of {tensor} is not defined; allowed: Float32, Float64, Float16, BFloat16, and for sums Int32 and Int64.");
        }
    }

    /// <summary>One contiguous tensor per member, of one type; with a part given, Size times as large.</summary>
    private void Check(IReadOnlyList<Tensor> tensors, string parameter, Tensor? part)
    {
        ArgumentNullException.ThrowIfNull(tensors, parameter);
        if (tensors.Count != Size)
        {
            throw new ShapeMismatchException($"{parameter}: {tensors.Count} tensors for a group of {Size}; there must be one per member.");
        }

        for (var i = 0; i < Size; i++)
        {
            if (!tensors[i].IsContiguous || tensors[i].Type != tensors[0].Type)
            {
                throw new ShapeMismatchException($"{parameter}: tensor {i} is {tensors[i]}; all must be contiguous and of the type of the first, {tensors[0]}.");
            }
        }

        if (part is not null && (tensors[0].ElementType != part.ElementType || tensors[0].Shape.Elements != (long)Size * part.Shape.Elements))
        {
            throw new ShapeMismatchException($"{parameter} are {tensors[0]}, the parts {part}; with {Size} members a whole must have {Size} times the elements of a part, of the same type.");
        }
    }

    /// <summary>The tensors as host tensors: themselves, or copies.</summary>
    private sealed class Staging : IDisposable
    {
        private readonly HostCollectiveGroup _group;
        private readonly IReadOnlyList<Tensor> _tensors;

        public Staging(HostCollectiveGroup group, IReadOnlyList<Tensor> tensors, bool reads, int firstMember = 0)
        {
            _group = group;
            _tensors = tensors;
            Host = new Tensor[tensors.Count];
            for (var i = 0; i < Host.Length; i++)
            {
                var member = group._members[firstMember + i];
                Host[i] = member.Info.IsHostMemory ? tensors[i] : ((ITensorAllocator)group._memory).Allocate(tensors[i].Type);
                if (Host[i] != tensors[i] && reads)
                {
                    member.CopyToHost(tensors[i], Host[i]);
                }
            }
        }

        public Tensor[] Host { get; }

        public void WriteBack()
        {
            for (var i = 0; i < Host.Length; i++)
            {
                if (Host[i] != _tensors[i])
                {
                    _group._members[i].CopyToDevice(Host[i], _tensors[i]);
                }
            }
        }

        public void Dispose()
        {
            for (var i = 0; i < Host.Length; i++)
            {
                if (Host[i] != _tensors[i])
                {
                    Host[i].Dispose();
                }
            }
        }
    }
}
