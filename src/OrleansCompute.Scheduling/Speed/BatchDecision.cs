namespace OrleansCompute.Scheduling.Speed;

/// <summary>The batch that a job is to train with on what it holds.</summary>
/// <param name="Batch">Samples of a step over all accelerators.</param>
/// <param name="Goodput">What it makes of it: initial steps a second, predicted.</param>
/// <param name="PresentGoodput">What the present batch makes.</param>
public readonly record struct BatchDecision(int Batch, double Goodput, double PresentGoodput);
