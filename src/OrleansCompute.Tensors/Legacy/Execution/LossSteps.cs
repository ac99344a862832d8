using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>Softmax cross-entropy: keeps loss and hits of the last run.</summary>
internal sealed class LossStep(IKernelSet kernels, int classes, PlanSlot logits, PlanSlot labels, PlanSlot loss, PlanSlot probabilities) : PlanStep
{
    public StepResult Result { get; private set; }

    public override void Run(int batch)
    {
        var values = probabilities.Floats(batch);
        var expected = labels.Ints(batch);
        kernels.LogSoftmax(classes, logits.Floats(batch), values);
        var sum = 0.0;
        var correct = 0;
        for (var i = 0; i < batch; i++)
        {
            var row = values.Slice(i * classes, classes);
            sum -= row[expected[i]];
            var best = 0;
            for (var j = 0; j < classes; j++)
            {
                best = row[j] > row[best] ? j : best;
            }

            correct += best == expected[i] ? 1 : 0;
            for (var j = 0; j < classes; j++)
            {
                row[j] = MathF.Exp(row[j]);
            }
        }

        loss.Floats(batch)[0] = (float)sum;
        Result = new StepResult(sum, correct, batch);
    }
}

/// <summary>Gradient of the logits.</summary>
internal sealed class LossGradientStep(int classes, PlanSlot probabilities, PlanSlot labels, PlanSlot gradient) : PlanStep
{
    public override void Run(int batch)
    {
        var values = gradient.Floats(batch);
        probabilities.Floats(batch).CopyTo(values);
        var expected = labels.Ints(batch);
        for (var i = 0; i < batch; i++)
        {
            values[(i * classes) + expected[i]] -= 1f;
        }
    }
}
