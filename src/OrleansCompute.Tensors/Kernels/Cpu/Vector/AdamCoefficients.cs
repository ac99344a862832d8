namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>What is constant in a step of Adam, with the bias corrections folded in.</summary>
internal readonly struct AdamCoefficients
{
    public AdamCoefficients(in AdamStep step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step.Step, 1);
        // In double: 0.999f^t loses the correction's digits in float after a few thousand steps.
        var correction1 = 1 - Math.Pow(step.Beta1, step.Step);
        var correction2 = Math.Sqrt(1 - Math.Pow(step.Beta2, step.Step));
        (Beta1, Beta2) = (step.Beta1, step.Beta2);
        // m / c1 / (sqrt(v) / c2 + e) = (c2 / c1) m / (sqrt(v) + e c2).
        DirectionScale = (float)(correction2 / correction1);
        Rate = (float)(step.Rate * correction2 / correction1);
        Epsilon = (float)(step.Epsilon * correction2);
        GradientScale = step.GradientScale;
        WeightDecay = step.WeightDecay;
        DecayInGradient = step.Decoupled ? 0f : step.WeightDecay;
        KeptParameter = step.Decoupled ? (float)(1 - ((double)step.Rate * step.WeightDecay)) : 1f;
    }

    public float Beta1 { get; }

    public float Beta2 { get; }

    public float DirectionScale { get; }

    public float Rate { get; }

    public float Epsilon { get; }

    public float GradientScale { get; }

    public float WeightDecay { get; }

    public float DecayInGradient { get; }

    public float KeptParameter { get; }
}
