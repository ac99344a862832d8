namespace Orleans.Runtime;

/// <summary>An activation's lifecycle, with the stages of <see cref="GrainLifecycleStage"/>.</summary>
public interface IGrainLifecycle : ILifecycleObservable;
