namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>What a resize does along one dimension: each output is a weighted sum of some inputs. Kernels take their weights from it. Immutable.</summary>
/// <param name="InputSize">Size before.</param>
/// <param name="OutputSize">Size after.</param>
/// <param name="Scale">Size after over size before, as the model says.</param>
/// <param name="RoiStart">Start of the part that tf_crop_and_resize takes, as a fraction.</param>
/// <param name="RoiEnd">End of that part.</param>
public sealed record ResizeAxis(int InputSize, int OutputSize, double Scale, double RoiStart = 0, double RoiEnd = 1)
{
    /// <summary>Elements and weights for an output; none where it lies outside and is extrapolated.</summary>
    /// <param name="output">0 to OutputSize - 1.</param>
    /// <param name="options">How.</param>
    public (int Index, double Weight)[] Weights(int output, ResizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (OutputSize == InputSize && Scale.Equals(1.0) && options.Coordinates != "tf_crop_and_resize")
        {
            return [(output, 1)];
        }

        var x = Coordinate(output, options.Coordinates);
        if (options.Coordinates == "tf_crop_and_resize" && (x < 0 || x > InputSize - 1))
        {
            return [];
        }

        // At an element itself the ratio is 1, and the element is the second one: so ONNX counts.
        var floor = Math.Floor(x);
        var first = (int)(floor.Equals(x) ? floor - 1 : floor);
        var ratio = x - first;
        var (offset, weights) = options.Mode switch
        {
            ResizeMode.Nearest => (0, NearestWeights(ratio, options.Nearest)),
            ResizeMode.Linear => Spread(ratio, options.Antialias, 1, distance => Math.Max(0, 1 - distance)),
            _ => Spread(ratio, options.Antialias, 2, distance => Cubic(distance, options.CubicCoefficient)),
        };
        if (options.ExcludesOutside)
        {
            for (var i = 0; i < weights.Length; i++)
            {
                var index = first + offset + i;
                weights[i] = index >= 0 && index < InputSize ? weights[i] : 0;
            }
        }

        var sum = options.ExcludesOutside || options.Antialias ? weights.Sum() : 1;
        return [.. weights.Select((weight, i) => (Math.Clamp(first + offset + i, 0, InputSize - 1), weight / sum)).Where(pair => pair.Item2 != 0)];
    }

    private static double[] NearestWeights(double ratio, string mode)
    {
        var takesFirst = mode switch
        {
            "round_prefer_floor" => ratio <= 0.5,
            "round_prefer_ceil" => ratio < 0.5,
            "floor" => ratio < 1,
            _ => false,
        };
        return takesFirst ? [1, 0] : [0, 1];
    }

    private static double Cubic(double distance, double a) => distance <= 1
        ? ((((a + 2) * distance) - (a + 3)) * distance * distance) + 1
        : distance < 2 ? (((((distance - 5) * distance) + 8) * distance) - 4) * a : 0;

    /// <summary>Weights of the elements within a reach, which grows when an anti-aliased resize shrinks.</summary>
    private (int Offset, double[] Weights) Spread(double ratio, bool antialias, int reach, Func<double, double> weight)
    {
        var scale = antialias ? Math.Min(Scale, 1) : 1;
        var start = (int)Math.Floor(-reach / scale) + 1;
        return (start, [.. Enumerable.Range(start, 2 - (2 * start)).Select(i => weight(Math.Abs((i - ratio) * scale)))]);
    }

    private double Coordinate(int output, string mode)
    {
        var size = Scale * InputSize;
        switch (mode)
        {
            case "align_corners":
                return OutputSize == 1 ? 0 : output * (InputSize - 1) / (size - 1);
            case "asymmetric":
                return output / Scale;
            case "tf_half_pixel_for_nn":
                return (output + 0.5) / Scale;
            case "pytorch_half_pixel":
                return OutputSize == 1 ? 0 : ((output + 0.5) / Scale) - 0.5;
            case "half_pixel_symmetric":
                return (InputSize / 2.0 * (1 - (OutputSize / size))) + ((output + 0.5) / Scale) - 0.5;
            case "tf_crop_and_resize":
                var part = (RoiEnd - RoiStart) * (InputSize - 1);
                return (RoiStart * (InputSize - 1)) + (OutputSize == 1 ? part / 2 : output * part / (OutputSize - 1));
            default:
                return ((output + 0.5) / Scale) - 0.5;
        }
    }
}
