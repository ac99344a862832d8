namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>How to reduce many numbers to one: associative up to rounding. Without state, so the loops inline it.</summary>
internal interface IReducer
{
    /// <summary>What an empty reduction gives.</summary>
    static abstract float Identity { get; }

    /// <summary>Takes one more element into a partial result.</summary>
    static abstract T Add<T>(T partial, T x)
        where T : unmanaged, ILanes<T>;

    /// <summary>Joins two partial results.</summary>
    static abstract T Merge<T>(T left, T right)
        where T : unmanaged, ILanes<T>;

    /// <summary>Joins the partial results of the lanes.</summary>
    static abstract float Across<T>(T partial)
        where T : unmanaged, ILanes<T>;

    /// <summary>Joins the result of one block of memory to those before it, in double.</summary>
    static abstract double Join(double left, double right);
}
