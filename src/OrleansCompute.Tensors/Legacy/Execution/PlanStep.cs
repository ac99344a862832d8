namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>One kernel call of a plan with its operands bound. Allocates nothing after its first run.</summary>
internal abstract class PlanStep
{
    /// <summary>Takes over changed parameters, where the kernel keeps them in a form of its own.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Computes.</summary>
    public abstract void Run(int batch);
}
