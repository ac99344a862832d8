namespace ILGPU.Execution;

/// <summary>Runs so many threads of a kernel that knows only its index, from a linear index on.</summary>
internal delegate void KernelRange<TArgs>(ref TArgs args, long first, long count, long dimX, long dimY);
