using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>
/// Where a window lies for each output: all attributes complete, sizes known. The large side is called image (input of a convolution or
/// pooling, output of a transposed convolution), the small side map. Kernels take their loops from it. Immutable.
/// </summary>
/// <param name="Image">Spatial sizes of the image.</param>
/// <param name="Map">Spatial sizes of the map.</param>
/// <param name="Kernel">Window sizes.</param>
/// <param name="Strides">Steps.</param>
/// <param name="Dilations">Distances between neighbours in the window.</param>
/// <param name="PadsBegin">Elements added at the start of each dimension.</param>
/// <param name="PadsEnd">Elements added at the end of each dimension.</param>
public sealed record WindowGeometry(
    IntList Image, IntList Map, IntList Kernel, IntList Strides, IntList Dilations, IntList PadsBegin, IntList PadsEnd)
{
    /// <summary>Number of spatial dimensions.</summary>
    public int Rank => Kernel.Count;

    /// <summary>Elements of one plane of the image.</summary>
    public int ImageSize => Product(Image);

    /// <summary>Elements of one plane of the map.</summary>
    public int MapSize => Product(Map);

    /// <summary>Elements of the window.</summary>
    public int KernelSize => Product(Kernel);

    /// <summary>The geometry of a convolution or pooling.</summary>
    /// <param name="user">Name of the operator, for messages.</param>
    /// <param name="window">The attributes.</param>
    /// <param name="shape">Shape of the input: batch, channels, spatial dimensions.</param>
    /// <param name="kernel">Window sizes of the weights; null: those of the attributes.</param>
    /// <param name="ceil">Whether a last, incomplete window counts (if it starts inside).</param>
    /// <exception cref="ShapeMismatchException">An attribute does not fit; the message names it.</exception>
    public static WindowGeometry Create(string user, WindowAttributes window, Shape shape, ReadOnlySpan<int> kernel, bool ceil = false)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(shape);
        var common = Complete(user, window, shape, kernel);
        int rank = common.Rank;
        int[] map = new int[rank], begin = common.PadsBegin.ToArray(), end = common.PadsEnd.ToArray();
        for (var i = 0; i < rank; i++)
        {
            long size = shape[i + 2], stride = common.Strides[i], reach = Reach(common, i);
            if (window.AutoPad is AutoPad.SameUpper or AutoPad.SameLower)
            {
                map[i] = (int)((size + stride - 1) / stride);
                RequireFit(user, ((map[i] - 1) * stride) + reach, i, shape);
                (begin[i], end[i]) = Halves(((map[i] - 1) * stride) + reach - size, window.AutoPad == AutoPad.SameUpper);
                continue;
            }

            var room = size + begin[i] + end[i] - reach;
            if (room < 0)
            {
                throw new ShapeMismatchException(
                    $"{user}: the window of {reach} (kernel {common.Kernel}, dilations {common.Dilations}) is larger than dimension {i + 2} of {shape} with pads {begin[i]} and {end[i]}.");
            }

            RequireFit(user, size + begin[i] + end[i], i, shape);
            var count = ((ceil ? room + stride - 1 : room) / stride) + 1;
            map[i] = (int)(ceil && (count - 1) * stride >= size + begin[i] ? count - 1 : count);
        }

        return common with { Map = IntList.Create(map), PadsBegin = IntList.Create(begin), PadsEnd = IntList.Create(end) };
    }

    /// <summary>Refuses paddings with which a dimension would not fit 32 bits: kernels count in ints.</summary>
    private static void RequireFit(string user, long padded, int axis, Shape shape)
    {
        if (padded > int.MaxValue)
        {
            throw new ShapeMismatchException($"{user}: dimension {axis + 2} of {shape} has {padded} elements with its padding; allowed up to {int.MaxValue}.");
        }
    }

    /// <summary>The geometry of a transposed convolution, whose input is the map.</summary>
    /// <param name="user">Name of the operator, for messages.</param>
    /// <param name="window">The attributes.</param>
    /// <param name="shape">Shape of the input: batch, channels, spatial dimensions.</param>
    /// <param name="kernel">Window sizes of the weights.</param>
    /// <param name="outputPadding">Further elements at the end of each dimension of the image; null: 0.</param>
    /// <param name="outputSizes">Spatial sizes of the image, from which the pads are found; null: from the pads.</param>
    /// <exception cref="ShapeMismatchException">An attribute does not fit; the message names it.</exception>
    public static WindowGeometry CreateTransposed(
        string user, WindowAttributes window, Shape shape, ReadOnlySpan<int> kernel, IntList? outputPadding, IntList? outputSizes)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(shape);
        var common = Complete(user, window, shape, kernel);
        int rank = common.Rank;
        Require(user, "output_padding", outputPadding, rank, 0);
        if (outputSizes is not null && outputSizes.Count == rank + 2)
        {
            outputSizes = IntList.Create(outputSizes.AsSpan()[2..]);
        }

        Require(user, "output_shape", outputSizes, rank, 1);
        int[] image = new int[rank], begin = common.PadsBegin.ToArray(), end = common.PadsEnd.ToArray();
        for (var i = 0; i < rank; i++)
        {
            var full = ((shape[i + 2] - 1L) * common.Strides[i]) + (outputPadding?[i] ?? 0) + Reach(common, i);
            var wanted = outputSizes?[i] ?? (window.AutoPad is AutoPad.SameUpper or AutoPad.SameLower ? (long)shape[i + 2] * common.Strides[i] : -1);
            if (wanted >= 0)
            {
                (begin[i], end[i]) = Halves(full - wanted, window.AutoPad == AutoPad.SameUpper);
            }

            var size = wanted >= 0 ? wanted : full - begin[i] - end[i];
            image[i] = size is > 0 and <= int.MaxValue ? (int)size : throw new ShapeMismatchException(
                $"{user}: dimension {i + 2} of the output would have size {size} (input {shape}, kernel {common.Kernel}, strides {common.Strides}, pads {begin[i]} and {end[i]}).");
        }

        return common with
        {
            Image = IntList.Create(image), Map = common.Image, PadsBegin = IntList.Create(begin), PadsEnd = IntList.Create(end),
        };
    }

    /// <summary>The image element under an element of the window, or -1 where that is padding.</summary>
    /// <param name="map">Number of the map element, the last dimension fastest.</param>
    /// <param name="tap">Number of the window element, the last dimension fastest.</param>
    public int ImageIndex(int map, int tap)
    {
        int index = 0, stride = 1;
        for (var axis = Rank - 1; axis >= 0; axis--)
        {
            (map, var position) = Math.DivRem(map, Map[axis]);
            (tap, var offset) = Math.DivRem(tap, Kernel[axis]);
            var at = ((long)position * Strides[axis]) + ((long)offset * Dilations[axis]) - PadsBegin[axis];
            if (at < 0 || at >= Image[axis])
            {
                return -1;
            }

            index += (int)at * stride;
            stride *= Image[axis];
        }

        return index;
    }

    private static int Product(IntList sizes) => sizes.Aggregate(1, (product, size) => product * size);

    private static long Reach(WindowGeometry geometry, int axis) => (geometry.Dilations[axis] * (geometry.Kernel[axis] - 1L)) + 1;

    private static (int Begin, int End) Halves(long total, bool upper)
    {
        var all = (int)Math.Clamp(total, 0, int.MaxValue);
        return upper ? (all / 2, all - (all / 2)) : (all - (all / 2), all / 2);
    }

    private static WindowGeometry Complete(string user, WindowAttributes window, Shape shape, ReadOnlySpan<int> kernel)
    {
        var rank = shape.Rank - 2;
        var sizes = kernel.IsEmpty && window.Kernel is not null ? window.Kernel : IntList.Create(kernel);
        if (rank < 1 || sizes.Count != rank || (window.Kernel is not null && !window.Kernel.Equals(sizes)))
        {
            throw new ShapeMismatchException(
                $"{user}: input {shape} needs batch, channels and one or more spatial dimensions, and a kernel of that many sizes; kernel_shape is {window.Kernel}, the weights have {sizes}.");
        }

        Require(user, "kernel_shape", sizes, rank, 1);
        Require(user, "strides", window.Strides, rank, 1);
        Require(user, "dilations", window.Dilations, rank, 1);
        Require(user, "pads", window.Pads, 2 * rank, 0);
        var ones = IntList.Repeat(1, rank);
        var pads = window.Pads ?? IntList.Repeat(0, 2 * rank);
        return new WindowGeometry(
            IntList.Create(shape.Dimensions[2..]), IntList.Empty, sizes, window.Strides ?? ones, window.Dilations ?? ones,
            IntList.Create(pads.AsSpan()[..rank]), IntList.Create(pads.AsSpan()[rank..]));
    }

    private static void Require(string user, string name, IntList? values, int count, int least)
    {
        if (values is not null && (values.Count != count || values.Any(value => value < least)))
        {
            throw new ShapeMismatchException($"{user}: {name} is {values}; it must have {count} numbers of {least} or more.");
        }
    }
}
