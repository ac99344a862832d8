using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Optimisers;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of optimiser steps on float32, shared by element.</summary>
internal static unsafe class OptimiserKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<AdamOperator>((context, op, request) => IsReal(request) ? new StepKernel(context, op, (rate, steps) => new UpdateRule
        {
            Rate = (float)(steps > 0 ? rate * Math.Sqrt(1 - Math.Pow(op.Beta, steps)) / (1 - Math.Pow(op.Alpha, steps)) : rate),
            Norm = op.NormCoefficient,
            Alpha = op.Alpha,
            Beta = op.Beta,
            Epsilon = op.Epsilon,
            Kept = 1 - op.NormCoefficientPost,
        }) : null)
        .Add<MomentumOperator>((context, op, request) => IsReal(request) ? new StepKernel(context, op, (rate, steps) => new UpdateRule
        {
            Rate = rate,
            Norm = op.NormCoefficient,
            Alpha = op.Alpha,
            Beta = steps > 0 ? op.Beta : 1,
            IsNesterov = op.IsNesterov,
        }) : null)
        .Add<AdagradOperator>((context, op, request) => IsReal(request) ? new StepKernel(context, op, (rate, steps) => new UpdateRule
        {
            Rate = (float)(rate / (1 + (steps * (double)op.DecayFactor))),
            Norm = op.NormCoefficient,
            Epsilon = op.Epsilon,
        }) : null);

    private static bool IsReal(KernelRequest request) =>
        request.Inputs[0]!.ElementType == ElementType.Float32 && request.Outputs.All(type => type.ElementType == ElementType.Float32);

    private sealed class StepKernel(CpuKernelContext context, OptimiserStepOperator op, Func<float, long, UpdateRule> prepare) : TeamWork, IKernel
    {
        private readonly nint[] _from = new nint[2 + op.States];
        private readonly nint[] _to = new nint[1 + op.States];
        private UpdateRule _rule;
        private int _length;

        public void Run(KernelCall call)
        {
            _rule = prepare(call.Input(0).AsSpan<float>()[0], call.Input(1).AsSpan<long>()[0]);
            for (var tensor = 0; tensor < op.Tensors; tensor++)
            {
                _length = call.Output(tensor).Shape.Elements;
                for (var kind = 0; kind < _from.Length; kind++)
                {
                    _from[kind] = (nint)call.Input(op.InputOf(tensor, kind)).Address;
                }

                for (var kind = 0; kind < _to.Length; kind++)
                {
                    _to[kind] = (nint)call.Output((kind * op.Tensors) + tensor).Address;
                }

                Teams.Run(context, this, _length);
            }
        }

        public override void Run(int part, int parts)
        {
            // Whole cache lines, so that no two threads write to one.
            var size = ((_length / parts) + 15) & ~15;
            var start = Math.Min(part * size, _length);
            var length = part == parts - 1 ? _length - start : Math.Min(size, _length - start);
            switch (context.Level)
            {
                case SimdLevel.Vector512: Step<Lanes512>(start, length); break;
                case SimdLevel.Vector256: Step<Lanes256>(start, length); break;
                default: Step<Lanes1>(start, length); break;
            }
        }

        private void Step<T>(int start, int length)
            where T : unmanaged, ILanes<T>
        {
            float* From(int kind) => (float*)_from[kind] + start;
            float* To(int kind) => (float*)_to[kind] + start;
            switch (op)
            {
                case AdamOperator: UpdateLoops<T>.Adam(_rule, From(0), From(1), From(2), From(3), To(0), To(1), To(2), length); break;
                case MomentumOperator: UpdateLoops<T>.Momentum(_rule, From(0), From(1), From(2), To(0), To(1), length); break;
                default: UpdateLoops<T>.Adagrad(_rule, From(0), From(1), From(2), To(0), To(1), length); break;
            }
        }
    }
}
