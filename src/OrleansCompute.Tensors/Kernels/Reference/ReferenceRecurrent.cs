using OrleansCompute.Tensors.Operators.Recurrent;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of recurrent layers: direction by direction, sequence by sequence, step by step.</summary>
internal static class ReferenceRecurrent
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<RecurrentOperator>(Forward)
        .Add<RecurrentGradientOperator>(Backward);

    private static RecurrentCell Cell(RecurrentOperator layer, KernelCall call, int first, int direction)
    {
        double[] Part(int index, int length) => call.OptionalInput(first + index) is { } tensor
            ? HostElements.Reals(tensor).AsSpan(direction * length, length).ToArray()
            : new double[length];
        int features = layer.Sizes(call.Input(first).Shape).Features, rows = layer.Gates * layer.Hidden, perDirection = layer.ActivationsPerDirection;
        var functions = RecurrentActivation.Parse(layer.Activations, layer).AsSpan(direction * perDirection, perDirection).ToArray();
        return new RecurrentCell(
            layer, functions, features, Part(1, rows * features), Part(2, rows * layer.Hidden), Part(3, 2 * rows), Part(7, 3 * layer.Hidden));
    }

    /// <summary>Start of a state in a tensor of states.</summary>
    private static int StatePlace(RecurrentOperator layer, int batches, int direction, int batch) =>
        layer.Hidden * (layer.IsBatchFirst ? (batch * layer.Directions) + direction : (direction * batches) + batch);

    private static int OutputPlace(RecurrentOperator layer, int steps, int batches, int step, int direction, int batch) => layer.Hidden * (layer.IsBatchFirst
        ? (((batch * steps) + step) * layer.Directions) + direction
        : (((step * layer.Directions) + direction) * batches) + batch);

    private static int InputPlace(RecurrentOperator layer, int steps, int batches, int features, int step, int batch) =>
        features * (layer.IsBatchFirst ? (batch * steps) + step : (step * batches) + batch);

    /// <summary>Runs one sequence; the steps in the order in which they were taken, each with its place in time.</summary>
    private static List<(int Time, RecurrentCell.Step Step)> Run(
        RecurrentOperator layer, RecurrentCell cell, double[] x, (int Steps, int Batch, int Features) sizes, int direction, int batch, int length, double[] h, double[] c)
    {
        var isReverse = layer.Direction == RecurrentDirection.Reverse || direction == 1;
        var steps = new List<(int, RecurrentCell.Step)>();
        for (var i = 0; i < length; i++)
        {
            var time = isReverse ? length - 1 - i : i;
            var place = InputPlace(layer, sizes.Steps, sizes.Batch, sizes.Features, time, batch);
            var step = cell.Forward(x.AsSpan(place, sizes.Features).ToArray(), h, c);
            (h, c) = (step.NextH, step.NextC);
            steps.Add((time, step));
        }

        return steps;
    }

    private static int[] Lengths(RecurrentOperator layer, Tensor? lengths, int steps, int batches)
    {
        int[] result = lengths is null ? [.. Enumerable.Repeat(steps, batches)] : HostElements.Ints(lengths);
        return Array.TrueForAll(result, length => length >= 0 && length <= steps) ? result : throw new ShapeMismatchException(
            $"{layer.Name}: sequence lengths are [{string.Join(", ", result)}]; allowed 0 to {steps}.");
    }

    private static double[] State(RecurrentOperator layer, Tensor? states, int place) =>
        states is null ? new double[layer.Hidden] : HostElements.Reals(states).AsSpan(place, layer.Hidden).ToArray();

    private static void Forward(RecurrentOperator layer, KernelCall call)
    {
        var sizes = layer.Sizes(call.Input(0).Shape);
        var lengths = Lengths(layer, call.OptionalInput(4), sizes.Steps, sizes.Batch);
        var x = HostElements.Reals(call.Input(0));
        double[] all = new double[sizes.Steps * sizes.Batch * layer.Directions * layer.Hidden];
        double[] lastH = new double[sizes.Batch * layer.Directions * layer.Hidden], lastC = new double[lastH.Length];
        for (var direction = 0; direction < layer.Directions; direction++)
        {
            var cell = Cell(layer, call, 0, direction);
            for (var batch = 0; batch < sizes.Batch; batch++)
            {
                call.Cancellation.ThrowIfCancellationRequested();
                var place = StatePlace(layer, sizes.Batch, direction, batch);
                double[] h = State(layer, call.OptionalInput(5), place), c = State(layer, call.OptionalInput(6), place);
                foreach (var (time, step) in Run(layer, cell, x, sizes, direction, batch, lengths[batch], h, c))
                {
                    (h, c) = (step.NextH, step.NextC);
                    h.CopyTo(all, OutputPlace(layer, sizes.Steps, sizes.Batch, time, direction, batch));
                }

                h.CopyTo(lastH, place);
                c.CopyTo(lastC, place);
            }
        }

        Store(call, 0, all);
        Store(call, 1, lastH);
        Store(call, 2, lastC);
    }

    private static void Backward(RecurrentGradientOperator @operator, KernelCall call)
    {
        var layer = @operator.Forward;
        var sizes = layer.Sizes(call.Input(3).Shape);
        var lengths = Lengths(layer, call.OptionalInput(7), sizes.Steps, sizes.Batch);
        var x = HostElements.Reals(call.Input(3));
        var dAll = HostElements.Reals(call.Input(0));
        double[] dx = new double[x.Length], dFirstH = new double[sizes.Batch * layer.Directions * layer.Hidden], dFirstC = new double[dFirstH.Length];
        var cells = new RecurrentCell[layer.Directions];
        for (var direction = 0; direction < layer.Directions; direction++)
        {
            var cell = cells[direction] = Cell(layer, call, 3, direction);
            for (var batch = 0; batch < sizes.Batch; batch++)
            {
                call.Cancellation.ThrowIfCancellationRequested();
                var place = StatePlace(layer, sizes.Batch, direction, batch);
                var steps = Run(
                    layer, cell, x, sizes, direction, batch, lengths[batch], State(layer, call.OptionalInput(8), place), State(layer, call.OptionalInput(9), place));
                double[] dh = State(layer, call.Input(1), place), dc = State(layer, call.OptionalInput(2), place);
                foreach (var (time, step) in Enumerable.Reverse(steps))
                {
                    var output = OutputPlace(layer, sizes.Steps, sizes.Batch, time, direction, batch);
                    (var dStep, dh, dc) = cell.Backward(step, [.. dh.Select((value, i) => value + dAll[output + i])], dc);
                    var input = InputPlace(layer, sizes.Steps, sizes.Batch, sizes.Features, time, batch);
                    for (var i = 0; i < sizes.Features; i++)
                    {
                        dx[input + i] += dStep[i];
                    }
                }

                dh.CopyTo(dFirstH, place);
                dc.CopyTo(dFirstC, place);
            }
        }

        Store(call, 0, dx);
        Store(call, 1, [.. cells.SelectMany(cell => cell.WGradient)]);
        Store(call, 2, [.. cells.SelectMany(cell => cell.RGradient)]);
        Store(call, 3, [.. cells.SelectMany(cell => cell.BiasGradient)]);
        Store(call, 4, dFirstH);
        Store(call, 5, dFirstC);
        Store(call, 6, [.. cells.SelectMany(cell => cell.PeepholeGradient)]);
    }

    private static void Store(KernelCall call, int output, double[] values)
    {
        if (call.HasOutput(output))
        {
            HostElements.StoreReals(call.Output(output), values);
        }
    }
}
