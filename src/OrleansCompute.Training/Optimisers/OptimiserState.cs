namespace OrleansCompute.Training.Optimisers;

/// <summary>What an optimiser remembers between steps, for checkpoints and for workers that join. Immutable by convention.</summary>
/// <param name="Name">The optimiser's name; a state goes only into an optimiser of the same name.</param>
/// <param name="StepCount">Updates made so far.</param>
/// <param name="Slots">The optimiser's vectors in its own order, each as long as the parameters.</param>
public sealed record OptimiserState(string Name, long StepCount, IReadOnlyList<float[]> Slots)
{
    /// <summary>Single numbers in the optimiser's own order, such as the loss scale; empty for most methods.</summary>
    public IReadOnlyList<double> Scalars { get; init; } = [];

    /// <summary>Refuses a state that another optimiser or model wrote.</summary>
    internal void Check(string name, int slotCount, int parameterCount, int scalarCount = 0)
    {
        if (Name != name || Slots.Count != slotCount || StepCount < 0)
        {
            throw new ArgumentException(
                $"The optimiser state is of '{Name}' with {Slots.Count} vectors after {StepCount} steps; expected '{name}' with {slotCount} vectors.");
        }

        if (Scalars.Count != scalarCount)
        {
            throw new ArgumentException($"The optimiser state of '{Name}' has {Scalars.Count} single numbers; expected {scalarCount}.");
        }

        foreach (var slot in Slots)
        {
            if (slot.Length != parameterCount)
            {
                throw new ArgumentException($"A vector of the optimiser state has {slot.Length} values; the model has {parameterCount} parameters.");
            }
        }
    }
}
