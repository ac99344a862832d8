using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Optimisers;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of optimiser steps on float32.</summary>
internal static class OptimiserLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<AdamOperator>(Adam)
        .Add<MomentumOperator>(Momentum)
        .Add<AdagradOperator>(Adagrad);

    private static Action<KernelCall>? Adam(IlgpuContext context, AdamOperator op, KernelRequest request)
    {
        if (!Suits(request))
        {
            return null;
        }

        var run = context.Load("Adam", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<float>, ArrayView<long>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, ArrayView<float>, UpdateShape>(OptimiserKernels.Adam));
        var rule = new UpdateShape { Alpha = op.Alpha, Beta = op.Beta, Epsilon = op.Epsilon, Norm = op.NormCoefficient, Kept = 1 - op.NormCoefficientPost };
        return call => ForEach(context, op, call, (length, rate, steps, from, to) =>
            run(length, rate, steps, from(0), from(1), from(2), from(3), to(0), to(1), to(2), rule));
    }

    private static Action<KernelCall>? Momentum(IlgpuContext context, MomentumOperator op, KernelRequest request)
    {
        if (!Suits(request))
        {
            return null;
        }

        var run = context.Load("Momentum", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<float>, ArrayView<long>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, UpdateShape, int>(OptimiserKernels.Momentum));
        var rule = new UpdateShape { Alpha = op.Alpha, Beta = op.Beta, Norm = op.NormCoefficient };
        return call => ForEach(context, op, call, (length, rate, steps, from, to) =>
            run(length, rate, steps, from(0), from(1), from(2), to(0), to(1), rule, op.IsNesterov ? 1 : 0));
    }

    private static Action<KernelCall>? Adagrad(IlgpuContext context, AdagradOperator op, KernelRequest request)
    {
        if (!Suits(request))
        {
            return null;
        }

        var run = context.Load("Adagrad", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<float>, ArrayView<long>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, UpdateShape>(OptimiserKernels.Adagrad));
        var rule = new UpdateShape { Alpha = op.DecayFactor, Epsilon = op.Epsilon, Norm = op.NormCoefficient };
        return call => ForEach(context, op, call, (length, rate, steps, from, to) =>
            run(length, rate, steps, from(0), from(1), from(2), to(0), to(1), rule));
    }

    private static void ForEach(
        IlgpuContext context,
        OptimiserStepOperator op,
        KernelCall call,
        Action<int, ArrayView<float>, ArrayView<long>, Func<int, ArrayView<float>>, Func<int, ArrayView<float>>> step)
    {
        var (rate, steps) = (context.View<float>(call.Input(0)), context.View<long>(call.Input(1)));
        for (var tensor = 0; tensor < op.Tensors; tensor++)
        {
            if (call.Output(tensor).Shape.Elements is > 0 and var length)
            {
                step(
                    length, rate, steps,
                    kind => context.View<float>(call.Input(op.InputOf(tensor, kind))),
                    kind => context.View<float>(call.Output((kind * op.Tensors) + tensor)));
            }
        }
    }

    private static bool Suits(KernelRequest request) =>
        request.Inputs[0]!.ElementType == ElementType.Float32 && request.Outputs.All(type => type.ElementType == ElementType.Float32);
}
