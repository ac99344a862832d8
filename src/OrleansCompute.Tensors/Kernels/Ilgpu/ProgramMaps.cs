namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>How a program's inputs, one to four, are broadcast. A plain struct, so that kernels take it as an argument.</summary>
internal readonly struct ProgramMaps(int inputs, IndexMap a, IndexMap b, IndexMap c, IndexMap d)
{
    public readonly int Inputs = inputs;
    public readonly IndexMap A = a;
    public readonly IndexMap B = b;
    public readonly IndexMap C = c;
    public readonly IndexMap D = d;
}
