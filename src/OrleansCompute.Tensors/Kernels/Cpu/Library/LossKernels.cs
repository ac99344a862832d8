using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of losses.</summary>
internal static class LossKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<ClassifierLossOperator>((context, _, request) => request.Inputs[0]!.ElementType == ElementType.Float32 ? new ClassifierLossKernel(context) : null);

    private sealed unsafe class ClassifierLossKernel(CpuKernelContext context) : IKernel, ISkipsUnusedOutputs
    {
        public void Run(KernelCall call)
        {
            var shape = call.Input(0).Shape;
            var classes = shape[shape.Rank - 1];
            ReadOnlySpan<float> logits = call.Input(0).AsSpan<float>();
            ReadOnlySpan<int> labels = call.Input(1).AsSpan<int>();

            // Before the loss: its gradient may overwrite the logits.
            if (call.HasOutput(1))
            {
                call.Output(1).AsSpan<int>()[0] = Correct(classes, logits, labels);
            }

            call.Output(0).AsSpan<float>()[0] = (float)CrossEntropy.Rows(
                context.Level, classes, logits, labels, call.HasOutput(2) ? call.Output(2).AsSpan<float>() : [], 1f, ClassifierLossOperator.Ignored);
        }

        private int Correct(int classes, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels)
        {
            var correct = 0;
            for (var row = 0; row < labels.Length; row++)
            {
                if ((uint)labels[row] >= (uint)classes)
                {
                    continue;
                }

                // The label's logit is the largest: none before it is as large, and none after it is larger.
                var x = logits.Slice(row * classes, classes);
                var target = x[labels[row]];
                var largest = Reductions.Max(context.Level, x);
                correct += target.Equals(largest) && x.IndexOf(largest) == labels[row] ? 1 : 0;
            }

            return correct;
        }
    }
}
