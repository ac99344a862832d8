namespace OrleansCompute.Tensors.Accelerators.Collectives;

/// <summary>Layer 2 of a plug-in, part two: operations of several accelerators together. Thread-safe.</summary>
public interface ICollectiveLibrary
{
    /// <summary>Name, for messages, for example <c>host</c>.</summary>
    string Name { get; }

    /// <summary>Makes a group of accelerators of this process.</summary>
    /// <param name="members">Accelerators, 1 or more; the place of each is its number.</param>
    /// <returns>Null when the library does not serve this mix: then the one of the host does.</returns>
    ICollectiveGroup? Create(IReadOnlyList<IAccelerator> members);
}
