using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>
/// Reference kernels of normalisations. Two maps say it all: the group that each element is normalised in, and the element of scale and
/// bias that it meets.
/// </summary>
internal static class ReferenceNormalisations
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<BatchNormalizationOperator>(Batch)
        .Add<BatchNormalizationGradientOperator>((op, call) => Gradient(
            call, Channels(call.Input(0).Shape), Channels(call.Input(0).Shape), op.IsTraining ? Kind.Centred : Kind.Fixed))
        .Add<LayerNormalizationOperator>((op, call) => Normalise(
            call, Rows(call.Input(0).Shape, op.Axis), ReferenceElementwise.Sources(call.Input(1).Shape, call.Input(0).Shape), op.Epsilon, Kind.Centred))
        .Add<LayerNormalizationGradientOperator>((op, call) => Gradient(
            call, Rows(call.Input(0).Shape, op.Axis), ReferenceElementwise.Sources(call.Input(1).Shape, call.Input(0).Shape), Kind.Centred))
        .Add<RmsNormalizationOperator>((op, call) => Normalise(
            call, Rows(call.Input(0).Shape, op.Axis), ReferenceElementwise.Sources(call.Input(1).Shape, call.Input(0).Shape), op.Epsilon, Kind.Rms))
        .Add<RmsNormalizationGradientOperator>((op, call) => Gradient(
            call, Rows(call.Input(0).Shape, op.Axis), ReferenceElementwise.Sources(call.Input(1).Shape, call.Input(0).Shape), Kind.Rms))
        .Add<GroupNormalizationOperator>((op, call) => Normalise(
            call, Groups(call.Input(0).Shape, op.Groups), PerChannelOrGroup(call), op.Epsilon, Kind.Centred))
        .Add<GroupNormalizationGradientOperator>((op, call) => Gradient(
            call, Groups(call.Input(0).Shape, op.Groups), PerChannelOrGroup(call), Kind.Centred))
        .Add<LpNormalizationOperator>((op, call) =>
        {
            var x = HostElements.Reals(call.Input(0));
            var group = ReducedGroups(call.Input(0).Shape, [op.Axis]);
            var norms = new double[x.Length];
            for (var i = 0; i < x.Length; i++)
            {
                norms[group[i]] += op.P == 1 ? Math.Abs(x[i]) : x[i] * x[i];
            }

            HostElements.StoreReals(call.Output(0), [.. x.Select((value, i) =>
                norms[group[i]] == 0 ? 0 : value / (op.P == 1 ? norms[group[i]] : Math.Sqrt(norms[group[i]])))]);
        })
        .Add<MeanVarianceNormalizationOperator>((op, call) =>
        {
            var x = HostElements.Reals(call.Input(0));
            var group = ReducedGroups(call.Input(0).Shape, op.Axes);
            var (mean, variance) = Moments(x, group);
            HostElements.StoreReals(call.Output(0), [.. x.Select((value, i) =>
                (value - mean[group[i]]) / (Math.Sqrt(variance[group[i]]) + MeanVarianceNormalizationOperator.Epsilon))]);
        })
        .Add<LrnOperator>((op, call) =>
        {
            var x = HostElements.Reals(call.Input(0));
            var sums = LrnSums(x, call.Input(0).Shape, op.Size, op.Alpha, op.Bias);
            HostElements.StoreReals(call.Output(0), ReferenceElementwise.Zip(x, sums, (value, sum) => value / Math.Pow(sum, op.Beta)));
        })
        .Add<LrnGradientOperator>(LrnGradient);

    private enum Kind
    {
        Centred,
        Rms,
        Fixed,
    }

    private static int[] Map(Shape shape, Func<int, int> function) => [.. Enumerable.Range(0, shape.Elements).Select(function)];

    private static int[] Channels(Shape shape) => Map(shape, i => i / shape.Product(2, shape.Rank) % shape[1]);

    private static int[] Rows(Shape shape, int axis)
    {
        var length = shape.Product(shape.Axis(axis, "LayerNormalization"), shape.Rank);
        return Map(shape, i => i / length);
    }

    private static int[] Groups(Shape shape, int groups)
    {
        var length = shape.Product(2, shape.Rank) * (shape[1] / (groups == 0 ? shape[1] : groups));
        return Map(shape, i => i / length);
    }

    private static int[] PerChannelOrGroup(KernelCall call)
    {
        var shape = call.Input(0).Shape;
        var perScale = shape[1] / call.Input(1).Shape[0];
        return [.. Channels(shape).Select(channel => channel / perScale)];
    }

    private static int[] ReducedGroups(Shape shape, IntList axes)
    {
        var reduced = ReducedAxes.Of(shape, axes.AsSpan(), false, "Normalization");
        return ReferenceElementwise.Sources(ReducedAxes.Result(shape, reduced, true), shape);
    }

    private static (double[] Mean, double[] Variance) Moments(double[] x, int[] group)
    {
        var count = group.Length == 0 ? 0 : group.Max() + 1;
        double[] sizes = new double[count], mean = new double[count], variance = new double[count];
        for (var i = 0; i < x.Length; i++)
        {
            sizes[group[i]]++;
            mean[group[i]] += x[i];
        }

        mean = ReferenceElementwise.Zip(mean, sizes, (sum, size) => sum / size);
        for (var i = 0; i < x.Length; i++)
        {
            variance[group[i]] += Math.Pow(x[i] - mean[group[i]], 2);
        }

        return (mean, ReferenceElementwise.Zip(variance, sizes, (sum, size) => sum / size));
    }

    private static void Store(KernelCall call, int output, double[] values)
    {
        if (call.HasOutput(output))
        {
            HostElements.StoreReals(call.Output(output), values);
        }
    }

    private static void Batch(BatchNormalizationOperator op, KernelCall call)
    {
        double[] x = HostElements.Reals(call.Input(0)), scale = HostElements.Reals(call.Input(1)), bias = HostElements.Reals(call.Input(2));
        double[] mean = HostElements.Reals(call.Input(3)), variance = HostElements.Reals(call.Input(4));
        var channel = Channels(call.Input(0).Shape);
        if (op.IsTraining)
        {
            var (newMean, newVariance) = Moments(x, channel);
            double Run(double before, double now) => (op.Momentum * before) + ((1 - op.Momentum) * now);
            Store(call, 1, ReferenceElementwise.Zip(mean, newMean, Run));
            Store(call, 2, ReferenceElementwise.Zip(variance, newVariance, Run));
            Store(call, 3, newMean);
            Store(call, 4, [.. newVariance.Select(value => 1 / Math.Sqrt(value + op.Epsilon))]);
            (mean, variance) = (newMean, newVariance);
        }

        HostElements.StoreReals(call.Output(0), [.. x.Select((value, i) =>
            ((value - mean[channel[i]]) / Math.Sqrt(variance[channel[i]] + op.Epsilon) * scale[channel[i]]) + bias[channel[i]])]);
    }

    /// <summary>Inputs x, scale, bias; outputs y and the statistics.</summary>
    private static void Normalise(KernelCall call, int[] group, int[] scaled, double epsilon, Kind kind)
    {
        double[] x = HostElements.Reals(call.Input(0)), scale = HostElements.Reals(call.Input(1));
        var (mean, variance) = Moments(kind == Kind.Rms ? [.. x.Select(value => value * value)] : x, group);
        double[] inverse = [.. (kind == Kind.Rms ? mean : variance).Select(value => 1 / Math.Sqrt(value + epsilon))];
        var bias = new double[x.Length];
        if (call.OptionalInput(2) is { } given)
        {
            // Per channel or group the bias has the map of the scale; of a layer it may have a shape of its own.
            var values = HostElements.Reals(given);
            var places = given.Shape.Equals(call.Input(1).Shape) ? scaled : ReferenceElementwise.Sources(given.Shape, call.Input(0).Shape);
            bias = [.. places.Select(place => values[place])];
        }

        HostElements.StoreReals(call.Output(0), [.. x.Select((value, i) =>
            ((kind == Kind.Rms ? value : value - mean[group[i]]) * inverse[group[i]] * scale[scaled[i]]) + bias[i])]);
        if (kind == Kind.Rms)
        {
            Store(call, 1, inverse);
        }
        else
        {
            Store(call, 1, mean);
            Store(call, 2, inverse);
        }
    }

    /// <summary>Inputs x, scale, mean (not of Rms), 1 / deviation, dy; outputs the gradients of x, scale and (not of Rms) bias.</summary>
    private static void Gradient(KernelCall call, int[] group, int[] scaled, Kind kind)
    {
        double[] x = HostElements.Reals(call.Input(0)), scale = HostElements.Reals(call.Input(1));
        var inverse = HostElements.Reals(call.Input(kind == Kind.Rms ? 2 : 3));
        var mean = kind == Kind.Rms ? new double[inverse.Length] : HostElements.Reals(call.Input(2));
        var dy = HostElements.Reals(call.Input(kind == Kind.Rms ? 3 : 4));
        double[] z = [.. x.Select((value, i) => (value - mean[group[i]]) * inverse[group[i]])];
        double[] g = [.. dy.Select((value, i) => value * scale[scaled[i]])];
        double[] meanG = Moments(g, group).Mean, meanGz = Moments(ReferenceElementwise.Zip(g, z, (a, b) => a * b), group).Mean;
        Store(call, 0, [.. g.Select((value, i) => inverse[group[i]] * kind switch
        {
            Kind.Fixed => value,
            Kind.Rms => value - (z[i] * meanGz[group[i]]),
            _ => value - meanG[group[i]] - (z[i] * meanGz[group[i]]),
        })]);
        double[] scaleGradient = new double[scale.Length], biasGradient = new double[scale.Length];
        for (var i = 0; i < dy.Length; i++)
        {
            scaleGradient[scaled[i]] += dy[i] * z[i];
            biasGradient[scaled[i]] += dy[i];
        }

        Store(call, 1, scaleGradient);
        Store(call, 2, biasGradient);
    }

    private static IEnumerable<int> Window(int i, Shape shape, int size, bool isTransposed)
    {
        int inner = shape.Product(2, shape.Rank), channel = i / inner % shape[1];
        int before = (size - 1) / 2, after = size - 1 - before;
        (before, after) = isTransposed ? (after, before) : (before, after);
        for (var other = Math.Max(0, channel - before); other <= Math.Min(shape[1] - 1, channel + after); other++)
        {
            yield return i + ((other - channel) * inner);
        }
    }

    private static double[] LrnSums(double[] x, Shape shape, int size, double alpha, double bias) =>
        [.. Enumerable.Range(0, x.Length).Select(i => bias + (alpha / size * Window(i, shape, size, false).Sum(j => x[j] * x[j])))];

    private static void LrnGradient(LrnGradientOperator op, KernelCall call)
    {
        var shape = call.Input(0).Shape;
        double[] x = HostElements.Reals(call.Input(0)), dy = HostElements.Reals(call.Input(1));
        var sums = LrnSums(x, shape, op.Size, op.Alpha, op.Bias);
        HostElements.StoreReals(call.Output(0), [.. x.Select((value, i) => (dy[i] * Math.Pow(sums[i], -op.Beta)) - (2.0 * op.Alpha * op.Beta / op.Size * value
            * Window(i, shape, op.Size, true).Sum(j => dy[j] * x[j] * Math.Pow(sums[j], -op.Beta - 1))))]);
    }
}
