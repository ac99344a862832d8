namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>A length and a seed: small in FsCheck's reports, however long the vectors are.</summary>
internal sealed record VectorDraw(int Length, int Seed)
{
    public float[] Values(int salt) => KernelAssert.Random(new Random(Seed + salt), Length);
}
