namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>The pinned arguments of a backward pass.</summary>
internal unsafe struct AttentionPointers
{
    public float* Q;
    public float* K;
    public float* V;
    public float* Mask;
    public float* Output;
    public float* LogSumExp;
    public float* DOutput;
    public float* Dq;
    public float* Dk;
    public float* Dv;
}
