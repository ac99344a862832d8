using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>How price and energy weigh against speed.</summary>
public sealed record CostOptions
{
    /// <summary>Part of its best speed that a job may lose on a type that is cheaper for the same work, 0 to 0.99. Default 0.2.</summary>
    public double SpeedTolerance { get; init; } = 0.2;

    /// <summary>
    /// Price of energy, for a kWh, in the currency of the nodes' prices, 0 or more: it is added to the accelerators' price by their watts.
    /// Default 0: prices include it.
    /// </summary>
    public double PricePerKilowattHour { get; init; }

    /// <summary>
    /// Part by which the same work must be cheaper for a faster type to be given up, 0 to 0.99. Default 0.1: measured speeds are some
    /// percent off.
    /// </summary>
    public double LeastSaving { get; init; } = 0.1;

    /// <summary>What an accelerator of a node costs for an hour, price and energy together.</summary>
    internal double CostOf(NodeSnapshot node) => node.PricePerAcceleratorHour + (node.WattsPerAccelerator / 1_000 * PricePerKilowattHour);

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new ProblemList();
        problems.Check(SpeedTolerance is >= 0 and <= 0.99, nameof(SpeedTolerance), SpeedTolerance, "0 to 0.99");
        problems.Check(PricePerKilowattHour is >= 0 and < double.PositiveInfinity, nameof(PricePerKilowattHour), PricePerKilowattHour, "0 or more");
        problems.Check(LeastSaving is >= 0 and <= 0.99, nameof(LeastSaving), LeastSaving, "0 to 0.99");
        if (problems.Text is { } text)
        {
            throw new ArgumentException(text);
        }
    }
}
