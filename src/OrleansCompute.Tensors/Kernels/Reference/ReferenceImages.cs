using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of operators on images with channels last: they turn the images and run the kernel of the logical operator.</summary>
internal static class ReferenceImages
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .AddWithRequest<ConvLastOperator>(Conv)
        .AddWithRequest<ConvLastInputGradientOperator>((conv, request, call) => Store(call, 0, Run(
            request, new ConvInputGradientOperator(conv.Options), First(call.Input(0)), call.Input(1).Share(), Tensor.Zeros(call.Input(0).Type with { Shape = conv.Image }))))
        .AddWithRequest<ConvLastWeightGradientOperator>(WeightGradient)
        .AddWithRequest<QLinearConvLastOperator>((conv, request, call) => Store(call, 0, Run(
            request,
            new QLinearConvOperator(conv.Options),
            [First(call.Input(0)), .. Enumerable.Range(1, call.InputCount - 1).Select(i => call.Input(i).Share())])))
        .AddWithRequest<ConvIntegerLastOperator>((conv, request, call) => Store(call, 0, Run(
            request,
            new ConvIntegerOperator(conv.Options),
            [First(call.Input(0)), .. Enumerable.Range(1, call.InputCount - 1).Select(i => call.Input(i).Share())])))
        .AddWithRequest<AveragePoolLastOperator>((pool, request, call) => Store(call, 0, Run(
            request, new AveragePoolOperator(pool.Options, pool.CountsPadding), First(call.Input(0)))))
        .Add<MaxPoolLastOperator>(MaxPool)
        .Add<MaxPoolLastGradientOperator>(MaxPoolGradient);

    private static void Conv(ConvLastOperator conv, KernelRequest request, KernelCall call)
    {
        Tensor[] inputs = call.OptionalInput(2) is { } bias ? [First(call.Input(0)), call.Input(1).Share(), bias.Share()] : [First(call.Input(0)), call.Input(1).Share()];
        var result = Run(request, new ConvOperator(conv.Options), inputs);
        if (FusedActivations.Step(conv.Activation) is { } step)
        {
            HostElements.StoreReals(result, Array.ConvertAll(HostElements.Reals(result), x => ElementSteps.Evaluate(step, x, 0)));
        }

        Store(call, 0, result);
    }

    private static void WeightGradient(ConvLastWeightGradientOperator conv, KernelRequest request, KernelCall call)
    {
        Tensor x = First(call.Input(0)), dy = First(call.Input(1)), bias = dy.Share();
        using var weights = Run(request, new ConvWeightGradientOperator(conv.Options), x, dy, Tensor.Zeros(call.Input(0).Type with { Shape = conv.Weights }));
        using var sums = Run(request, new ChannelSumOperator(), bias);
        weights.CopyTo(call.Output(0));
        sums.CopyTo(call.Output(1));
    }

    private static void MaxPool(MaxPoolLastOperator pool, KernelCall call)
    {
        var image = ChannelsLast.ToFirst(call.Input(0).Shape);
        var window = pool.Options.For(pool.Name, image);
        using var turned = First(call.Input(0));
        var x = HostElements.Reals(turned);
        int planes = image[0] * image[1], size = window.ImageSize;
        var (values, places) = (new double[planes * window.MapSize], new Int128[planes * window.MapSize]);
        for (var i = 0; i < values.Length; i++)
        {
            var (plane, map) = Math.DivRem(i, window.MapSize);
            var best = -1;
            for (var tap = 0; tap < window.KernelSize; tap++)
            {
                var at = window.ImageIndex(map, tap);
                best = at >= 0 && (best < 0 || x[(plane * size) + at] > x[(plane * size) + best]) ? at : best;
            }

            (values[i], places[i]) = (x[(plane * size) + best], best);
        }

        var shape = ChannelsLast.ToFirst(call.Output(0).Shape);
        var y = Tensor.Zeros(call.Output(0).Type with { Shape = shape });
        HostElements.StoreReals(y, values);
        var indices = Tensor.Zeros(new TensorType(ElementType.Int32, shape));
        HostElements.StoreIntegers(indices, places);
        Store(call, 0, y);
        Store(call, 1, indices);
    }

    private static void MaxPoolGradient(MaxPoolLastGradientOperator pool, KernelCall call)
    {
        var window = pool.Options.For(pool.Name, pool.Image);
        using Tensor turned = First(call.Input(0)), indices = First(call.Input(1));
        var dy = HostElements.Reals(turned);
        var places = HostElements.Ints(indices);
        var dx = new double[pool.Image.Elements];
        for (var i = 0; i < dy.Length; i++)
        {
            dx[(i / window.MapSize * window.ImageSize) + places[i]] += dy[i];
        }

        var result = Tensor.Zeros(call.Output(0).Type with { Shape = pool.Image });
        HostElements.StoreReals(result, dx);
        Store(call, 0, result);
    }

    private static Tensor First(Tensor last)
    {
        using var view = last.Permute(ChannelsLast.OrderToFirst(last.Shape.Rank));
        return view.Contiguous();
    }

    private static void Store(KernelCall call, int output, Tensor first)
    {
        using (first)
        {
            using var view = first.Permute(ChannelsLast.OrderFromFirst(first.Shape.Rank));
            view.CopyTo(call.Output(output));
        }
    }

    /// <summary>Runs the reference kernel of another operator; disposes of the inputs.</summary>
    private static Tensor Run(KernelRequest request, Operator @operator, params Tensor[] inputs)
    {
        var types = inputs.Select(input => input.Type).ToArray();
        var outputs = @operator.Infer(new OperatorInputs(@operator, types, []));
        var result = Tensor.Zeros(outputs[0]);
        var call = new KernelCall(@operator, inputs, [result], request.Accelerator.Memory);
        ReferenceKernelLibrary.Instance.Create(new KernelRequest(request.Accelerator, @operator, types, outputs, new Tensor?[inputs.Length]))!.Run(call);
        foreach (var input in inputs)
        {
            input.Dispose();
        }

        return result;
    }
}
