using OrleansCompute.Tensors.Operators.Optimisers;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of optimiser steps.</summary>
internal static class ReferenceOptimisers
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<AdamOperator>((op, call) => ForEach(op, call, (rate, steps, x, g, states) =>
        {
            var (v, h) = (states[0], states[1]);
            var adjusted = steps > 0 ? rate * Math.Sqrt(1 - Math.Pow(op.Beta, steps)) / (1 - Math.Pow(op.Alpha, steps)) : rate;
            for (var i = 0; i < x.Length; i++)
            {
                var slope = g[i] + (op.NormCoefficient * x[i]);
                v[i] = (op.Alpha * v[i]) + ((1 - op.Alpha) * slope);
                h[i] = (op.Beta * h[i]) + ((1 - op.Beta) * slope * slope);
                x[i] = (1 - op.NormCoefficientPost) * (x[i] - (adjusted * v[i] / (Math.Sqrt(h[i]) + op.Epsilon)));
            }
        }))
        .Add<MomentumOperator>((op, call) => ForEach(op, call, (rate, steps, x, g, states) =>
        {
            var v = states[0];
            for (var i = 0; i < x.Length; i++)
            {
                var slope = g[i] + (op.NormCoefficient * x[i]);
                v[i] = (op.Alpha * v[i]) + ((steps > 0 ? op.Beta : 1) * slope);
                x[i] -= rate * (op.IsNesterov ? slope + (op.Alpha * v[i]) : v[i]);
            }
        }))
        .Add<AdagradOperator>((op, call) => ForEach(op, call, (rate, steps, x, g, states) =>
        {
            var h = states[0];
            for (var i = 0; i < x.Length; i++)
            {
                var slope = g[i] + (op.NormCoefficient * x[i]);
                h[i] += slope * slope;
                x[i] -= rate / (1 + (steps * op.DecayFactor)) * slope / (Math.Sqrt(h[i]) + op.Epsilon);
            }
        }));

    private static void ForEach(OptimiserStepOperator op, KernelCall call, Action<double, double, double[], double[], double[][]> step)
    {
        var (rate, steps) = (HostElements.Reals(call.Input(0))[0], HostElements.Reals(call.Input(1))[0]);
        for (var tensor = 0; tensor < op.Tensors; tensor++)
        {
            double[] Read(int kind) => HostElements.Reals(call.Input(op.InputOf(tensor, kind)));
            var x = Read(0);
            double[][] states = [.. Enumerable.Range(2, op.States).Select(Read)];
            step(rate, steps, x, Read(1), states);
            HostElements.StoreReals(call.Output(tensor), x);
            for (var state = 0; state < op.States; state++)
            {
                HostElements.StoreReals(call.Output(((state + 1) * op.Tensors) + tensor), states[state]);
            }
        }
    }
}
